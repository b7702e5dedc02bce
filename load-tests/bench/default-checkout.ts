import { buyOneProduct, unitsPerSecond } from "./checkouts.ts";
import { type Bench, type Figure, otherBuildOf } from "./figure.ts";
import { ratiosOf, takeTurns } from "./rounds.ts";
import { openShelf } from "./shelf.ts";

interface Comparison {
  id: string;
  clients: number;
  goal: number;
}

/** D1 and D2: the default strategy against another commit, with one client and with a crowd. */
export const measureDefault = (bench: Bench): Promise<Figure[]> =>
  againstOtherBuild(bench, "the default strategy", undefined, [
    { id: "D1", clients: 1, goal: 4 },
    { id: "D2", clients: 128, goal: 3 },
  ]);

/** D3: one statement a sale, against another commit. */
export const measureConditionalUpdate = (bench: Bench): Promise<Figure[]> =>
  againstOtherBuild(bench, "conditional-update", "conditional-update", [{ id: "D3", clients: 1, goal: 8 }]);

async function againstOtherBuild(
  bench: Bench,
  what: string,
  strategy: string | undefined,
  comparisons: readonly Comparison[],
): Promise<Figure[]> {
  const [ours, theirs] = [bench.thisBuild, otherBuildOf(bench)];
  const ourReplicas = await ours.start({ strategy });
  try {
    const theirReplicas = await theirs.start({ strategy });
    try {
      const figures: Figure[] = [];
      for (const { id, clients, goal } of comparisons) {
        const [ourShelf, theirShelf] = [await openShelf(ours.databaseUrl), await openShelf(theirs.databaseUrl)];
        const sides = [
          () => buyOneProduct(bench, ourReplicas, ourShelf.sku, clients),
          () => buyOneProduct(bench, theirReplicas, theirShelf.sku, clients),
        ];
        if (figures.length === 0) await warmUp(sides);
        const [ourRounds = [], theirRounds = []] = await takeTurns(bench, sides);
        figures.push({
          id,
          what: `units sold/s over HTTP on one hot product under ${what}, ${clients} ${clients === 1 ? "client" : "clients"}, this build ÷ ${theirs.name}`,
          goal: { atLeast: goal },
          ratios: ratiosOf(ourRounds.map(unitsPerSecond), theirRounds.map(unitsPerSecond)),
          sides: [
            await ourShelf.side(ours.name, ourRounds, clients),
            await theirShelf.side(theirs.name, theirRounds, clients),
          ],
        });
      }
      return figures;
    } finally {
      await theirReplicas.stop();
    }
  } finally {
    await ourReplicas.stop();
  }
}

/** The first requests compile the code and open the connections. */
async function warmUp(sides: readonly (() => Promise<unknown>)[]): Promise<void> {
  for (const side of sides) await side();
}
