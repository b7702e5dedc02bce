import { type ReplayServices, Stage } from "../replays/stage.ts";
import type { Column } from "./column.ts";

const WAITING = ["B", "C", "D"];

/** Counts the connections of those who wait, as PostgreSQL lists them. */
export function waitingOutsideColumn(services: ReplayServices): Column {
  return {
    name: "waiting-outside",
    title: "Waiting outside the database",
    question:
      "While one buyer is held between its write and its commit, do those who wait for it hold database connections?",
    replayable: false,
    timed: false,
    async measure(strategy) {
      const stage = await Stage.open(services, strategy, { products: ["lamp"], stock: 1 });
      try {
        const writer = await stage.enter("A");
        await writer.go(["written"]);
        for (const name of WAITING) await (await stage.enter(name)).go(["written"]);
        const held = await stage.observer.openTransactions(WAITING);
        const sentence =
          held === 0
            ? `${WAITING.length} buyers wait, none of them with a database connection.`
            : `${WAITING.length} buyers wait and hold ${held} database connections: a larger crowd takes all there are.`;
        return { result: held === 0 ? "survives" : "loses", sentence, tookMs: null };
      } finally {
        await stage.close();
      }
    },
  };
}
