import type { Bench, Client } from "../bench.ts";
import { type Case, fail, pass, seconds, told } from "../case.ts";
import { comesToHold, eventually, within } from "../eventually.ts";

const SERVED_WITHIN_MS = 15_000;
const CONNECTED_WITHIN_MS = 20_000;
const CHUNKS = 5;
const LANES = 8;

export const lostConnections: Case = {
  number: 12,
  name: "Lost connections",
  title: "Connections are lost and come back: waiters are served, and nothing leaks in 10,000 cycles",
  gives: "verdict",
  steps: [
    "A holds the lock and B waits for it. All of B's connections are reset and come back. A releases.",
    "A client acquires and releases 10,000 times; its connections are reset five times. Sockets and listeners are counted before and after.",
  ],
  async run(bench) {
    const [a, b] = [await bench.client("A", "one"), await bench.client("B", "two")];
    const unserved = await waiterIsServed(bench, a, b);
    if (unserved) return fail(unserved);
    return cycles(bench, b);
  },
};

async function waiterIsServed(bench: Bench, a: Client, b: Client): Promise<string | undefined> {
  const servedWithinMs = bench.patience(SERVED_WITHIN_MS);
  const lock = bench.lockName("waiter");
  const grant = await a.acquire(lock, 60_000, 5_000);
  const before = b.answered;
  const waiting = told(b.acquire(lock, 60_000, SERVED_WITHIN_MS + 15_000));
  await eventually(() => b.answered > before, "B has been refused once");
  for (const proxy of b.proxies) proxy.reset();
  await eventually(() => b.connections >= bench.nodes.length, "B is connected again");
  await a.release(grant);
  const outcome = await within(waiting, servedWithinMs, "B is served").catch(() => undefined);
  if (!outcome)
    return `The waiter was not served within ${seconds(servedWithinMs)} after its connections had come back.`;
  if (!("grant" in outcome)) return `The waiter was refused (${"refusal" in outcome ? outcome.refusal : "no answer"}).`;
  await b.release(outcome.grant);
  return undefined;
}

async function cycles(bench: Bench, client: Client) {
  const count = bench.isQuick ? 100 : 10_000;
  const before = { connections: client.connections, ...(await client.process.call("resources")) };
  let failed = 0;
  for (let chunk = 0; chunk < CHUNKS; chunk += 1) {
    const task = { client: client.name, count: count / CHUNKS, lock: bench.lockName("cycles"), lanes: LANES };
    const answer = await within(client.process.call("cycle", task), 120_000, "the cycles end");
    failed += answer.failed;
    for (const proxy of client.proxies) proxy.reset();
    const connected = await comesToHold(() => client.connections >= bench.nodes.length, CONNECTED_WITHIN_MS);
    if (!connected) {
      const counts = client.proxies.map(({ connections }) => connections).join(", ");
      return fail(`The client did not connect again within ${seconds(CONNECTED_WITHIN_MS)}: ${counts} connections.`);
    }
  }
  const areClosed = await comesToHold(() => client.connections <= before.connections, 5_000);
  const after = await client.process.call("resources");
  const figures = {
    cycles: count,
    failed,
    connectionsBefore: before.connections,
    connectionsAfter: client.connections,
  };
  if (!areClosed)
    return fail(
      `After ${count} cycles the client has ${client.connections} connections instead of ${before.connections}.`,
      { figures },
    );
  if (after.listenerWarnings > before.listenerWarnings) {
    return fail(`In ${count} cycles Node.js warned of an emitter with too many listeners.`, { figures });
  }
  return pass(
    `The waiter was served. ${count} cycles left no socket and no listener; ${failed} of them failed, where a connection was reset.`,
    { figures },
  );
}
