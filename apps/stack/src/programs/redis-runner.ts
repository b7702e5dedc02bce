import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { RedisRunner } from "../redis.ts";
import { StackError } from "../stack-error.ts";
import { whichCommand } from "./commands.ts";
import { ensureProgram } from "./get.ts";

const run = promisify(execFile);
const IMAGE = "redis:8-alpine";

/**
 * Finds a way to run Redis: an installed program, a program that can be installed, or Docker.
 *
 * @throws StackError with the command to type if there is none.
 */
export async function ensureRedis(report: (line: string) => void): Promise<RedisRunner> {
  try {
    const { path } = await ensureProgram("redis", report);
    return { kind: "program", path };
  } catch (error) {
    if (!(error instanceof StackError)) throw error;
    const docker = await findDocker();
    if (!docker) throw error;
    report(`running Redis in Docker ${docker.version} instead (image ${IMAGE})`);
    return { kind: "docker", docker: docker.path, image: IMAGE };
  }
}

/** Finds Docker, if its server answers. */
export async function findDocker(): Promise<{ path: string; version: string } | undefined> {
  const path = await whichCommand("docker");
  if (!path) return undefined;
  try {
    const { stdout } = await run(path, ["version", "--format", "{{.Server.Version}}"], { timeout: 5000 });
    return { path, version: stdout.trim() };
  } catch {
    return undefined;
  }
}
