import { describe, expect, test } from "vitest";
import { blockedByAny, incrementers, judged, Memory, Mutex } from "../test/toys.ts";
import {
  explore,
  extentOf,
  type Process,
  type RunFault,
  repeat,
  replay,
  type System,
  tellCounterexample,
} from "./index.ts";

/** A lock whose holder may lose it without noticing. Whoever finds it taken asks again later. */
class LeaseLock {
  holder: string | undefined;
  generation = 0;

  acquire(process: Process): Promise<number> {
    return process.step({ name: "acquire", tell: () => "granted" }, () => {
      if (this.holder !== undefined) throw new Error("busy");
      this.holder = process.name;
      this.generation += 1;
      return this.generation;
    });
  }

  release(process: Process): Promise<void> {
    return process.step({ name: "release" }, () => {
      if (this.holder === process.name) this.holder = undefined;
    });
  }

  readonly pause = (name: string): RunFault => ({
    letter: "p",
    process: name,
    name: `${name} pauses, and its lease runs out`,
    perform: () => {
      this.holder = undefined;
    },
  });
}

/** Two processes that each add one to x while they hold a lease, the second time if they were refused the first time. */
const leased =
  (
    write: (memory: Memory, process: Process, value: number, token: number, lock: LeaseLock) => Promise<unknown>,
  ): System =>
  () => {
    const memory = new Memory({ x: 0 });
    const lock = new LeaseLock();
    let expected = 0;
    const increment = async (process: Process) => {
      const token = await lock.acquire(process).catch(() => undefined);
      if (token === undefined) return;
      const value = await memory.read(process, "x");
      if ((await write(memory, process, value + 1, token, lock)) !== false) expected += 1;
      await lock.release(process);
    };
    return judged([increment, increment], () => (memory.cells.x === expected ? [] : ["An update was lost."]), {
      faults: (beforeStep) => beforeStep.filter((name) => name === lock.holder).map(lock.pause),
    });
  };

const careless = leased((memory, process, value) => memory.write(process, "x", value));

describe("a lease that runs out", () => {
  test("without faults no order is wrong, and none is offered", async () => {
    const found = await explore(careless);
    expect(found).toMatchObject({ wrong: 0, completeUpTo: "all" });
    expect(found.faultsAtMost).toBeUndefined();
  });

  test("one pause is enough: the smallest counterexample has no preemption, and replays 20 times", async () => {
    const found = await explore(careless, { faults: 1 });
    expect(found).toMatchObject({ completeUpTo: "all", faultsAtMost: 1 });
    expect(found.counterexample).toMatchObject({ schedule: "A2 pA B* A*", faults: 1, preemptions: 0 });
    expect(found.counterexample?.steps[2]).toMatchObject({ process: "A", fault: "pA", name: /lease runs out/ });
    expect(await repeat(careless, "A2 pA B* A*", 20)).toBeUndefined();
  });

  test("a write that compares the token is right in every order", async () => {
    const fenced = leased((memory, process, value, token, lock) =>
      process.step({ name: "write if the token is the latest" }, () => {
        if (token !== lock.generation) return false;
        memory.cells.x = value;
        return true;
      }),
    );
    expect(await explore(fenced, { faults: 2 })).toMatchObject({ wrong: 0, completeUpTo: "all", faultsAtMost: 2 });
  });
});

describe("a crash", () => {
  const crashing =
    (isReleased: boolean): System =>
    () => {
      const mutex = new Mutex("m");
      const work = async (process: Process) => {
        await mutex.lock(process);
        await mutex.unlock(process);
        return "done";
      };
      return judged(
        [work, work],
        ({ crashed, results }) => (crashed.length + Object.keys(results).length === 2 ? [] : ["Somebody is missing."]),
        {
          blockedBy: blockedByAny([mutex]),
          faults: (beforeStep) =>
            beforeStep.map((process) => ({
              letter: "c",
              process,
              name: `${process} crashes`,
              isCrash: true,
              perform: () => isReleased && mutex.releaseOf(process),
            })),
        },
      );
    };

  test("the process never goes on, and whoever waits for it is stuck", async () => {
    const found = await explore(crashing(false), { faults: 1 });
    expect(found.counterexample).toMatchObject({
      schedule: "A1 cA B*",
      wrong: ["Somebody is missing.", "Stuck: B waits for A."],
      ending: { crashed: ["A"], stuck: ["B"] },
    });
  });

  test("its code does not go on, not even when the execution is over", async () => {
    let ended = 0;
    const walk = async (process: Process) => {
      await process.step({ name: "first" }, () => {});
      await process
        .step({ name: "second" }, () => {})
        .finally(() => {
          ended += 1;
        });
    };
    const crash = { letter: "c", process: "A", name: "A crashes", isCrash: true, perform: () => {} };
    await replay(() => judged([walk], () => [], { faults: () => [crash] }), "A1 cA");
    await new Promise((resolve) => setImmediate(resolve));
    expect(ended).toBe(0);
  });

  test("a lock that is given back lets the other one go on", async () => {
    expect(await explore(crashing(true), { faults: 1 })).toMatchObject({ wrong: 0, completeUpTo: "all" });
  });
});

describe("a step that fails", () => {
  /** Adds one, and again if the answer was lost, with or without a look at whether it has been added. */
  const adding =
    (looks: boolean): System =>
    () => {
      const memory = new Memory({ x: 0 });
      const lost = () => {
        throw new Error("no answer");
      };
      const add = () => {
        memory.cells.x = looks ? 1 : (memory.cells.x ?? 0) + 1;
      };
      const faults = [
        {
          letter: "l",
          name: "the answer is lost",
          perform: () => {
            add();
            lost();
          },
        },
        { letter: "n", name: "it never arrives", perform: lost },
      ];
      const adds = async (process: Process) => {
        const once = () => process.step({ name: "add", faults, tell: () => "added" }, add);
        await once().catch(once);
      };
      return judged([adds], () => (memory.cells.x === 1 ? [] : [`x is ${memory.cells.x}.`]));
    };

  test("it is a step of its process, told as the fault, and the process sees the error", async () => {
    const found = await explore(adding(false), { faults: 1 });
    expect(found).toMatchObject({ orders: 3, wrong: 1, completeUpTo: "all" });
    expect(found.counterexample).toMatchObject({ schedule: "lA A*", preemptions: 0, wrong: ["x is 2."] });
    const [first, second] = found.counterexample?.steps ?? [];
    expect(first).toMatchObject({ process: "A", name: "add", fault: "lA", outcome: "the answer is lost" });
    expect(second).toMatchObject({ process: "A", name: "add", outcome: "added" });
  });

  test("a repetition that changes nothing the second time is right", async () => {
    expect(await explore(adding(true), { faults: 1 })).toMatchObject({ orders: 3, wrong: 0 });
  });
});

describe("the bound", () => {
  /** One process of three steps; a fault that strikes nobody may happen before each. */
  const walking: System = () =>
    judged(
      [
        async (process) => {
          for (let at = 0; at < 3; at += 1) await process.step({ name: `step ${at}` }, () => {});
        },
      ],
      () => [],
      { faults: () => [{ letter: "m", name: "the memory is lost", perform: () => {} }] },
    );

  test.each([
    [0, 1],
    [1, 1 + 3],
    [2, 1 + 3 + 6],
  ])("at most %i faults before three steps: %i orders, each run once", async (faults, orders) => {
    expect(await explore(walking, { faults })).toMatchObject({ orders, completeUpTo: "all" });
  });

  test("the extent names the bound, and a fault is told without an answer", async () => {
    expect(extentOf(await explore(walking, { faults: 1 }))).toBe("all 4 orders with at most 1 fault");
    expect(extentOf(await explore(walking, { faults: 2, limit: 5 }))).toMatch(/after 5 orders with at most 2 faults$/);
    const told = tellCounterexample({ ...(await replay(walking, "m A*")), schedule: "m A*" });
    expect(told.split("\n")[0]).toMatch(/^1 +the memory is lost$/);
    expect(told).toContain("1 fault, 0 preemptions, 4 steps; schedule: m A*");
  });

  test("a counterexample without a fault is smaller than one without a preemption", async () => {
    const system = incrementers(2);
    const found = await explore(
      async () => {
        let isLost = false;
        const run = await system();
        const lose = () => {
          isLost = true;
        };
        return {
          ...run,
          faults: () => [{ letter: "m", name: "the memory is lost", perform: lose }],
          judge: async (ending) => [...(await run.judge(ending)), ...(isLost ? ["The memory was lost."] : [])],
        };
      },
      { faults: 1 },
    );
    expect(found.counterexample).toMatchObject({ schedule: "A1 B* A*", faults: 0, preemptions: 1 });
  });

  test("a fault is replayed where the schedule says, and refused where it cannot happen", async () => {
    const { steps, faults } = await replay(walking, "A1 m A*");
    expect(steps.map(({ process, name }) => `${process} ${name}`)).toEqual([
      "A step 0",
      " the memory is lost",
      "A step 1",
      "A step 2",
    ]);
    expect(faults).toBe(1);
    await expect(replay(walking, "A1 pA A*")).rejects.toThrow(
      "The fault pA cannot happen after 1 steps. Possible are m.",
    );
  });

  test("a fault touches everything, so pruning is refused", async () => {
    await expect(explore(walking, { prune: true, faults: 1 })).rejects.toThrow(TypeError);
  });
});
