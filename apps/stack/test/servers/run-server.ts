import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../src/free-port.ts";
import { type RunAs, waysToRun } from "../../src/postgres/run-as.ts";
import { ProcessRecord } from "../../src/supervise/process-record.ts";
import { Service } from "../../src/supervise/service.ts";

/** A home whose servers are recorded, so that they are ended even if the test process is killed. */
export async function openHome() {
  const home = await mkdtemp(join(tmpdir(), "last-unit-servers-"));
  const around = {
    record: new ProcessRecord(home),
    report: () => undefined,
    ending: new AbortController().signal,
    changed: () => undefined,
  };
  const services: Service[] = [];
  return {
    home,
    /** Starts a server that refuses to run as root, and returns its port. */
    async start(name: string, runAs: RunAs, file: string, args: (port: number) => string[] | Promise<string[]>) {
      const port = await freePort();
      const command = runAs.wrap(file, await args(port));
      const service = new Service(
        {
          name,
          logFile: join(home, `${name}.log`),
          command: () => command,
          isAnswering: () => accepts(port),
          startWithinMs: 60_000,
          stopSignal: "SIGINT",
          stopWithinMs: 10_000,
        },
        around,
      );
      services.push(service);
      await service.start();
      return port;
    },
    async close() {
      for (const service of services.reverse()) await service.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** Runs a program to its end in the first way that works here, and returns that way. */
export async function runInSomeWay(file: string, args: string[], folders: string[]): Promise<RunAs> {
  const failures: string[] = [];
  for (const runAs of await waysToRun()) {
    for (const folder of folders) await runAs.own(folder);
    const { file: program, args: all, uid, gid } = runAs.wrap(file, args);
    const { status, stderr } = spawnSync(program, all, { uid, gid, cwd: "/", encoding: "utf8", timeout: 60_000 });
    if (status === 0) return runAs;
    failures.push(`${runAs.name}: ${stderr}`);
  }
  throw new Error(`${file} does not run here. ${failures.join("\n")}`);
}

function accepts(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, "127.0.0.1");
    const end = (does: boolean) => {
      socket.destroy();
      done(does);
    };
    socket.setTimeout(1_000, () => end(false));
    socket.once("connect", () => end(true));
    socket.once("error", () => end(false));
  });
}
