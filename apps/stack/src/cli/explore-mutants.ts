import { runExplorer } from "../explorer-process.ts";
import { withExplorationStores } from "./explore.ts";

/** A changed copy of the shop, and the exploration that has to find it. See apps/api/test/explore/mutants.mjs. */
export interface Mutant {
  name: string;
  strategy: string;
  scenario: string;
  /** The fault without which it does not show. */
  faults?: string;
  about: string;
}

/** Counterexamples with more preemptions are not looked for: each error must be found by a small one. */
const MOST_PREEMPTIONS = "2";

interface Cell {
  orders: number;
  wrong: number;
  replays?: number;
  counterexample?: { schedule: string; preemptions: number; wrong: string[] };
}

/**
 * `npm run explore -- --mutants`: builds and explores one mutant after another. Resolves to the exit code: 0 each was
 * caught, 1 some were not, 2 some could not be built or explored.
 */
export async function exploreMutants<M extends Mutant>(
  root: string,
  mutants: readonly M[],
  build: (mutant: M) => Promise<{ program: string; remove(): Promise<void> }>,
  needs: { redis: boolean; dynamodb: boolean },
  signal: AbortSignal,
): Promise<number> {
  return withExplorationStores(root, needs, signal, async (stores) => {
    const codes: number[] = [];
    for (const mutant of mutants) {
      signal.throwIfAborted();
      const { strategy, scenario, faults } = mutant;
      const began = performance.now();
      const { program, remove } = await build(mutant);
      try {
        const flags = JSON.stringify({
          strategy,
          scenario,
          faults,
          preemptions: MOST_PREEMPTIONS,
          first: true,
          json: true,
        });
        let output = "";
        const onOutput = (part: string) => {
          output += part;
        };
        const code = await runExplorer([program, flags], { root, stores, signal, onOutput });
        signal.throwIfAborted();
        const [cell] = code === 2 ? [] : (JSON.parse(output) as Cell[]);
        print(mutant, cell, (performance.now() - began) / 1_000);
        codes.push(cell ? (cell.counterexample ? 0 : 1) : 2);
      } finally {
        await remove();
      }
    }
    const caught = codes.filter((code) => code === 0).length;
    console.log(`${caught} of ${mutants.length} mutants caught`);
    return Math.max(...codes);
  });
}

function print({ name, strategy, scenario, faults, about }: Mutant, cell: Cell | undefined, seconds: number): void {
  const { counterexample, orders, replays } = cell ?? {};
  const result = counterexample ? "caught" : cell ? "NOT CAUGHT" : "CANNOT BE EXPLORED";
  console.log(
    `${name.padEnd(40)}${result}  (${[strategy, scenario, ...(faults ? [faults] : [])].join(", ")}; ${seconds.toFixed(1)} s)`,
  );
  console.log(`  ${about}`);
  if (!counterexample) return;
  const { schedule, preemptions, wrong: sentences } = counterexample;
  const bound = `${preemptions} preemption${preemptions === 1 ? "" : "s"}`;
  console.log(`  found after ${orders} orders: ${schedule} (${bound}, replayed ${replays} of 20): ${sentences[0]}`);
}
