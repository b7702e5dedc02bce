import { describe, expect, test } from "vitest";
import { blockedByAny, incrementers, judged, Memory, Mutex } from "../test/toys.ts";
import { type Ending, explore, type Process, replay, type System } from "./index.ts";

describe("two processes that read and write without a lock", () => {
  test("all 6 orders are run, 4 lose an update", async () => {
    const found = await explore(incrementers(2));
    expect(found).toMatchObject({ orders: 6, wrong: 4, steps: 24, completeUpTo: "all", deadlocked: 0 });
  });

  test("the counterexample has the fewest preemptions, and replays", async () => {
    const { counterexample } = await explore(incrementers(2));
    expect(counterexample).toMatchObject({ schedule: "A1 B* A*", preemptions: 1 });
    const replayed = await replay(incrementers(2), "A1 B* A*");
    expect(replayed.wrong).toEqual(["x is 1, not 2: an update was lost."]);
    expect(replayed.steps.map(({ process, name, outcome }) => [process, name, outcome])).toEqual([
      ["A", "read x", "0"],
      ["B", "read x", "0"],
      ["B", "write x", "1"],
      ["A", "write x", "1"],
    ]);
  });

  test("without preemptions both orders are right, and the report says how far it went", async () => {
    const found = await explore(incrementers(2), { preemptions: 0 });
    expect(found).toMatchObject({ orders: 2, wrong: 0, completeUpTo: 0, stoppedBy: "preemptions" });
  });

  test("a search until the first wrong order says how far it went", async () => {
    const found = await explore(incrementers(2), { untilWrong: true });
    expect(found).toMatchObject({ wrong: 1, completeUpTo: 0, stoppedBy: "wrong order" });
    expect(found.counterexample).toMatchObject({ preemptions: 1 });
  });

  test("a limit stops the search between two bounds", async () => {
    const found = await explore(incrementers(3), { limit: 20 });
    expect(found).toMatchObject({ orders: 20, completeUpTo: 0, stoppedBy: "limit" });
  });
});

test("n processes of k steps have (nk)! / k!ⁿ orders, each run once", async () => {
  const seen = new Set<string>();
  const system = incrementers(3);
  const found = await explore(async () => {
    const run = await system();
    return { ...run, judge: () => [] };
  });
  expect(found.orders).toBe(90);
  const twoLong: System = () => {
    const order: string[] = [];
    const walk = async (process: Process) => {
      for (let at = 0; at < 4; at += 1) await process.step({ name: `step ${at}` }, () => order.push(process.name));
    };
    return judged([walk, walk], () => {
      seen.add(order.join(""));
      return [];
    });
  };
  expect((await explore(twoLong)).orders).toBe(70);
  expect(seen.size).toBe(70);
});

describe("a mutex", () => {
  const locked: System = () => {
    const memory = new Memory({ x: 0 });
    const mutex = new Mutex("m");
    const increment = async (process: Process) => {
      await mutex.lock(process);
      await memory.write(process, "x", (await memory.read(process, "x")) + 1);
      await mutex.unlock(process);
    };
    return judged([increment, increment, increment], () => (memory.cells.x === 3 ? [] : ["lost update"]), {
      blockedBy: blockedByAny([mutex]),
    });
  };

  test("a blocked process is set aside until it is observed free: no order is wrong", async () => {
    const found = await explore(locked);
    expect(found).toMatchObject({ wrong: 0, deadlocked: 0, completeUpTo: "all" });
    expect(found.orders).toBeGreaterThan(6);
  });

  test("the step that was blocked says for whom it waited", async () => {
    const { steps } = await replay(locked, "A1 B1");
    expect(steps[1]).toMatchObject({ process: "B", name: "lock m", blockedBy: ["A"], outcome: "locked" });
  });

  test("crossed locks: the deadlock is recorded with its cycle, and the processes are stuck", async () => {
    const crossed: System = () => {
      const [m, n] = [new Mutex("m"), new Mutex("n")];
      const both = (first: Mutex, second: Mutex) => async (process: Process) => {
        await first.lock(process);
        await second.lock(process);
        await second.unlock(process);
        await first.unlock(process);
      };
      const judge = ({ deadlocks }: Ending) => deadlocks.map(({ cycle }) => `A deadlock of ${cycle.join(" and ")}.`);
      return judged([both(m, n), both(n, m)], judge, { blockedBy: blockedByAny([m, n]) });
    };
    const found = await explore(crossed);
    expect(found.notDeterministic).toBeUndefined();
    expect(found.completeUpTo).toBe("all");
    expect(found.deadlocked).toBeGreaterThan(0);
    expect(found.wrong).toBe(found.deadlocked);
    expect(found.counterexample).toMatchObject({
      schedule: "A1 B* A*",
      preemptions: 1,
      deadlocks: [{ cycle: ["A", "B"], afterStep: 4 }],
      ending: { stuck: ["A", "B"] },
      wrong: ["A deadlock of A and B.", "Stuck: A waits for B, B waits for A."],
    });
  });
});

describe("timers", () => {
  const polling = (intervalMs: number): System => {
    return () => {
      const memory = new Memory({ x: 0 });
      const mutex = new Mutex("m");
      const increment = async (process: Process) => {
        while (!(await mutex.tryLock(process))) {
          await new Promise<void>((resolve) => void process.clock.after(intervalMs, resolve));
        }
        await memory.write(process, "x", (await memory.read(process, "x")) + 1);
        await mutex.unlock(process);
      };
      return judged([increment, increment], () => (memory.cells.x === 2 ? [] : ["lost update"]));
    };
  };

  test("a process whose poll changed nothing is set aside until another one takes a step, so the search ends", async () => {
    const found = await explore(polling(50));
    expect(found).toMatchObject({ wrong: 0, completeUpTo: "all" });
    expect(found.orders).toBeLessThan(100);
  });

  test("nothing depends on how long the interval is", async () => {
    const [short, long] = [await explore(polling(1)), await explore(polling(3_600_000))];
    expect(short).toEqual(long);
  });

  test("time passes only when a timer fires, and a timer never fires early", async () => {
    const times: number[] = [];
    await explore(() =>
      judged(
        [
          async ({ clock }) => {
            await new Promise<void>((resolve) => void clock.after(30, resolve));
            times.push(clock.now());
          },
          async ({ clock }) => {
            await new Promise<void>((resolve) => void clock.after(20, resolve));
            times.push(clock.now());
          },
        ],
        () => [],
      ),
    );
    expect(times).toEqual([30, 30, 20, 30]);
  });

  test("polling for what never comes ends as a finding, not never", async () => {
    const found = await explore(
      () => {
        const memory = new Memory({ x: 0 });
        return judged(
          [
            async (process) => {
              while ((await memory.read(process, "x")) === 0) {
                await new Promise<void>((resolve) => void process.clock.after(10, resolve));
              }
            },
          ],
          () => [],
        );
      },
      { maxSteps: 30 },
    );
    expect(found.counterexample?.wrong).toEqual(["A did not end within 30 steps."]);
  });
});

test("a process whose steps nobody takes any more gives back what it holds", async () => {
  let held = 0;
  const system: System = () => {
    const walk = async (process: Process) => {
      held += 1;
      try {
        for (let step = 0; step < 5; step += 1) await process.step({ name: "step" }, () => {});
      } finally {
        held -= 1;
      }
    };
    return judged([walk, walk], ({ stuck }) => [`${held} held, stuck ${stuck.join("")}`], {
      end: () => void expect(held).toBe(0),
    });
  };
  const found = await explore(system, { maxSteps: 3, limit: 1 });
  expect(found.counterexample?.wrong[0]).toBe("2 held, stuck AB");
});

test("a process that answers differently under the same schedule is reported with both traces", async () => {
  let executions = 0;
  const found = await explore(() => {
    executions += 1;
    const value = executions > 2 ? "late" : "early";
    const walk = async (process: Process) => {
      await process.step({ name: "first", tell: () => value }, () => {});
      await process.step({ name: "second" }, () => {});
    };
    return judged([walk, walk], () => []);
  });
  expect(found.stoppedBy).toBe("not deterministic");
  expect(found.notDeterministic?.expected[0]).toBe("B first: early (of AB)");
  expect(found.notDeterministic?.actual[0]).toBe("B first: late (of AB)");
});

test("of two processes that are freed at the same moment, one goes on after the other", async () => {
  const sequence: string[] = [];
  const found = await explore(
    () => {
      const gate = new Set<() => void>();
      const held: (() => void)[] = [];
      const isHeld = new Set<string>();
      const waits = async (process: Process) => {
        const wait = () =>
          new Promise<void>((resolve) => {
            const free = () => {
              isHeld.add(process.name);
              held.push(() => {
                isHeld.delete(process.name);
                resolve();
              });
            };
            gate.add(free);
            process.recheck();
          });
        await process.step({ name: "wait" }, wait);
        sequence.push(process.name);
      };
      const opens = (process: Process) => process.step({ name: "open" }, () => void [...gate].map((free) => free()));
      return judged([waits, waits, opens], () => [], {
        blockedBy: (name) => (isHeld.has(name) || gate.size > 0 ? ["C"] : []),
        letNextGo: () => {
          const next = held.shift();
          next?.();
          return next !== undefined;
        },
      });
    },
    { limit: 1 },
  );
  expect(found).toMatchObject({ orders: 1, wrong: 0 });
  expect(sequence).toEqual(["A", "B"]);
});

test("a process that waits for something that is no step ends the exploration with its name", async () => {
  const system: System = () => judged([() => new Promise(() => {}), async () => {}], () => []);
  await expect(explore(system, { executionSignal: () => AbortSignal.timeout(50) })).rejects.toThrow(
    /Before the first step, process A waits for something that is no step/,
  );
});
