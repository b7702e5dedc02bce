import fc from "fast-check";
import { expect, test } from "vitest";
import { blockedByAny, judged, Memory, Mutex } from "../test/toys.ts";
import { type Exploration, explore, type Process, type System } from "./index.ts";

/** One statement of a small random program. */
type Statement = readonly ["add" | "copy" | "lock" | "wait", "x" | "y" | "z"];

const statement = fc.tuple(
  fc.constantFrom("add" as const, "copy" as const, "lock" as const, "wait" as const),
  fc.constantFrom("x" as const, "y" as const, "z" as const),
);
const program = fc.array(statement, { minLength: 1, maxLength: 2 });

/** Runs the programs; `ending` is called with what is in memory at the end. */
const programs =
  (sources: readonly (readonly Statement[])[], ending: (state: string) => void): System =>
  () => {
    const memory = new Memory({ x: 0, y: 0, z: 0 });
    const mutexes = { x: new Mutex("mx"), y: new Mutex("my"), z: new Mutex("mz") };
    const runs = sources.map((source, index) => async (process: Process) => {
      let local = index + 1;
      for (const [what, cell] of source) {
        if (what === "add") await memory.write(process, cell, (await memory.read(process, cell)) + local);
        if (what === "copy") local = await memory.read(process, cell);
        if (what === "wait") await new Promise<void>((resolve) => void process.clock.after(5, resolve));
        if (what === "lock") {
          await mutexes[cell].lock(process);
          await memory.write(process, cell, local);
          await mutexes[cell].unlock(process);
        }
      }
      return local;
    });
    return judged(
      runs,
      ({ results, stuck }) => {
        ending(JSON.stringify([memory.cells, results, stuck]));
        return [];
      },
      { blockedBy: blockedByAny(Object.values(mutexes)) },
    );
  };

async function outcomes(sources: readonly (readonly Statement[])[], prune: boolean) {
  const seen = new Set<string>();
  const found: Exploration = await explore(
    programs(sources, (state) => seen.add(state)),
    { prune, limit: 600 },
  );
  return { found, seen: [...seen].sort() };
}

test("pruned and unpruned searches find the same outcomes of random programs", async () => {
  let [all, pruned] = [0, 0];
  await fc.assert(
    fc.asyncProperty(fc.array(program, { minLength: 2, maxLength: 3 }), async (sources) => {
      const full = await outcomes(sources, false);
      fc.pre(full.found.completeUpTo === "all");
      const short = await outcomes(sources, true);
      expect(short.found.completeUpTo).toBe("all");
      expect(short.seen).toEqual(full.seen);
      expect(short.found.orders).toBeLessThanOrEqual(full.found.orders);
      all += full.found.orders;
      pruned += short.found.orders;
    }),
    { numRuns: 40, seed: 17 },
  );
  expect(pruned).toBeLessThan(all / 2);
}, 60_000);

test("steps of different cells are independent: one order of two processes is enough", async () => {
  const sources = [[["add", "x"]], [["add", "y"]]] as const;
  expect((await outcomes(sources, false)).found.orders).toBe(6);
  expect((await outcomes(sources, true)).found.orders).toBe(1);
});

test("a bound on preemptions is refused with pruning", async () => {
  await expect(
    explore(
      programs([], () => {}),
      { prune: true, preemptions: 1 },
    ),
  ).rejects.toThrow(TypeError);
});
