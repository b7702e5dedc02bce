import { inject } from "vitest";
import type { StackFile } from "../stack-file.ts";

declare module "vitest" {
  interface ProvidedContext {
    system: StackFile;
  }
}

/** `npm run test:more` runs every round and every case of tests of which `npm test` runs a part. */
export const isExhaustive = process.env.EXHAUSTIVE === "1";

/** The system under test: three replicas over real PostgreSQL and Redis. */
export const system = inject("system");

/** Performs an action on a service through the stack's control port. */
export async function act(action: "kill" | "start" | "stop" | "pause" | "resume", service: string): Promise<void> {
  const { url, token } = system.control;
  const reply = await fetch(`${url}/services/${service}/${action}`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(60_000),
  });
  if (reply.status !== 200) throw new Error(`${action} ${service}: ${await reply.text()}`);
}

/** Polls until the result is defined; fails after a timeout. */
export async function eventually<T>(
  ask: () => Promise<T | undefined | false>,
  what: string,
  boundMs = 30_000,
): Promise<T> {
  const deadline = Date.now() + boundMs;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${boundMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
