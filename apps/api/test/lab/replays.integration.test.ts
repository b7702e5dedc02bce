import { isExhaustive } from "@last-unit/stack/testing";
import { expect, test } from "vitest";
import type { Replay } from "../../src/lab/replays/replay.ts";
import { call, type Reply, replicaUrl, system } from "../system.ts";
import { classics } from "./classics.ts";
import { withReplica } from "./with-replica.ts";

/** Each classic is played this often, and always ends the same way. */
const ROUNDS = isExhaustive ? 20 : 5;
/** At each replica, which allows six. The scripts mostly wait, so more at once would only stall each other's leases. */
const AT_ONCE = 3;

const play = (scenario: string, strategy: string, replica = 0) =>
  call("POST", `${replicaUrl(replica)}/api/lab/replays/${scenario}/${strategy}`);

const listed: {
  number: number;
  title: string;
  ends: string;
  scenario: string;
  strategy: string;
  available: boolean;
  reason: string;
}[] = (await call("GET", `${replicaUrl()}/api/lab/replays`)).body;

test("there are twelve, in order, each with what it lacks where it cannot be played", () => {
  expect(listed.map(({ number, scenario, strategy }) => `${number} ${scenario} ${strategy}`)).toEqual(
    classics.map(({ scenario, strategy }, index) => `${index + 1} ${scenario} ${strategy}`),
  );
  for (const { available, reason } of listed) expect(reason === null).toBe(available);
});

test.for(classics.map((classic) => ({ ...classic, name: `${classic.scenario} under ${classic.strategy}` })))(
  `$name: $outcome, ${ROUNDS} times in ${ROUNDS}`,
  { timeout: 240_000 },
  async ({ scenario, strategy, check }, { skip }) => {
    const one = listed.find((each) => each.scenario === scenario && each.strategy === strategy);
    const { available, reason, ends } = one ?? {};
    skip(!available, String(reason));
    const replays = await playOften(scenario, strategy);
    expect(replays).toHaveLength(ROUNDS);
    for (const replay of replays) {
      expect(replay.steps.filter((step) => step.decisive)).toHaveLength(1);
      check(replay);
      expect(replay.outcome.survived ? "survives" : "loses").toBe(ends);
    }
    // Not only the outcome: the same steps in the same words, but for what is counted and timed.
    expect([...new Set(replays.map(withoutFigures))]).toHaveLength(1);
  },
);

async function playOften(scenario: string, strategy: string): Promise<Replay[]> {
  const replays: Replay[] = [];
  let begun = 0;
  const playInTurn = async (replica: number) => {
    while (begun < ROUNDS) {
      begun += 1;
      const { status, body } = await play(scenario, strategy, replica);
      expect([status, body.code]).toEqual([200, undefined]);
      replays.push(body);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE * system.replicas.length }, (_, index) => playInTurn(index)));
  return replays;
}

const withoutFigures = (replay: Replay) =>
  replay.steps
    .map(({ sentence, shopper, stocks, holder }) => `${shopper} [${stocks}] ${holder}: ${sentence}`)
    .join("\n")
    .replace(/\d+ ms|token \d+|seen \d+|by \d of \d/g, "#");

test("what cannot be played is said: unknown names, a scenario without sense, a wrong method", async () => {
  const refusal = ({ status, body }: Reply) => [status, body.code];
  expect(refusal(await play("two-writers", "row-lock"))).toEqual([404, "NOT_FOUND"]);
  expect(refusal(await play("two-readers", "prayer"))).toEqual([404, "NOT_FOUND"]);
  const senseless = await play("paused-holder", "row-lock");
  expect(refusal(senseless)).toEqual([422, "INVALID_REQUEST"]);
  expect(senseless.body.detail).toContain("takes no lease");
  expect(refusal(await call("GET", `${replicaUrl()}/api/lab/replays/two-readers/row-lock`))).toEqual([
    405,
    "METHOD_NOT_ALLOWED",
  ]);
});

test("without ZooKeeper its replay is listed with the reason, and refused", async () => {
  await withReplica({ LAB_OPEN: "1", ZOOKEEPER_URL: "" }, async (url) => {
    const list = (await call("GET", `${url}/api/lab/replays`)).body;
    expect(list[9]).toMatchObject({ strategy: "zookeeper+fencing", available: false });
    expect(list[9].reason).toContain("ZooKeeper");
    const refused = await call("POST", `${url}/api/lab/replays/paused-holder/zookeeper+fencing`);
    expect([refused.status, refused.body.code]).toEqual([409, "STRATEGY_UNAVAILABLE"]);
  });
});

test("more than six at once are told to come again, and the six are played", async () => {
  await withReplica({ LAB_OPEN: "1" }, async (url) => {
    const replies = await Promise.all(
      Array.from({ length: 10 }, () => call("POST", `${url}/api/lab/replays/two-readers/row-lock`)),
    );
    const refused = replies.filter((reply) => reply.status === 429);
    expect(replies.filter((reply) => reply.status === 200)).toHaveLength(6);
    expect(refused.map((reply) => reply.body.code)).toEqual(Array(4).fill("TOO_MANY_REPLAYS"));
    expect(refused[0]?.headers.get("retry-after")).toBe("2");
  });
});

test("a lab with a token wants it for replays and for the matrix", async () => {
  await withReplica({ LAB_TOKEN: "open sesame, please" }, async (url) => {
    for (const [method, path] of [
      ["GET", "replays"],
      ["POST", "replays/two-readers/row-lock"],
      ["GET", "matrix"],
      ["POST", "matrix"],
    ] as const) {
      expect((await call(method, `${url}/api/lab/${path}`)).body).toMatchObject({ code: "LAB_TOKEN_REQUIRED" });
    }
  });
});
