import { expect, test } from "vitest";
import { replicaRestarts } from "./restart-replicas.mjs";

/** Two replicas that write down what happens. The first restart waits for `release`. */
function setUp({ fails = "" } = {}) {
  const events: string[] = [];
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const replicas = ["replica-1", "replica-2"].map((name) => ({
    name,
    async restart() {
      events.push(`${name} down`);
      await released;
      if (name === fails) throw new Error(`${name} ended at once.`);
      events.push(`${name} up`);
    },
  }));
  const end = new AbortController();
  const restarts = replicaRestarts(Promise.resolve({ replicas, say: (line) => events.push(line) }), end.signal);
  return { events, release, end, ...restarts };
}

const round = ["replica-1 down", "replica-1 up", "replica-2 down", "replica-2 up", "the API is reloaded"];

test("one replica at a time, and one more round for all changes during a restart", async () => {
  const { events, release, request, settled } = setUp();
  request();
  await Promise.resolve();
  request();
  request();
  release();
  await settled();
  expect(events).toEqual([...round, ...round]);
});

test("a replica that does not start: the next one keeps running, and the next change tries again", async () => {
  const { events, release, request, settled } = setUp({ fails: "replica-1" });
  release();
  request();
  await settled();
  expect(events).toEqual(["replica-1 down", "the API is not reloaded. replica-1 ended at once."]);
  request();
  await settled();
  expect(events).toHaveLength(4);
});

test("the command ends during a restart: no further replica is restarted", async () => {
  const { events, release, request, settled, end } = setUp();
  request();
  await Promise.resolve();
  end.abort();
  release();
  await settled();
  expect(events).toEqual(["replica-1 down", "replica-1 up"]);
});
