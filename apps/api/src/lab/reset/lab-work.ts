import { randomUUID } from "node:crypto";
import type { Database } from "../../db/client.ts";
import { isLed, tryToLead } from "../../db/leader.ts";
import { ShopError } from "../../errors.ts";

/** The name of the leadership that a resetting replica holds. */
export const RESET = "reset";

const kinds = { buyers: "The buyers of a run are still buying.", replay: "A replay is in progress." };
type Kind = keyof typeof kinds;

export type LabWork = ReturnType<typeof labWork>;

/**
 * Keeps the lab's work and its reset apart, on all replicas. Each holds a leadership of its own, which expires if its
 * replica dies. Each registers itself before it looks for the other, so that they never both proceed.
 */
export function labWork(database: Database, onError: (error: unknown) => void) {
  return {
    /**
     * Registers work. The result ends it; it never rejects.
     * @throws ShopError LAB_BUSY during a reset
     */
    async begin(kind: Kind): Promise<() => Promise<void>> {
      const leadership = await tryToLead(database, `${kind} ${randomUUID()}`);
      const end = async () => leadership?.resign().catch(onError);
      if (await isLed(database, RESET)) {
        await end();
        throw new ShopError("LAB_BUSY", "The lab is being reset. Try again in a second.");
      }
      return end;
    },
  };
}

/** Why the lab cannot be reset now, as a sentence, or undefined if nothing is in progress. */
export async function workInProgress(database: Database): Promise<string | undefined> {
  const [found] = await database.$queryRaw<[{ kind: Kind | null; isSelling: boolean | null }]>`
    SELECT (SELECT split_part(name, ' ', 1) FROM leaders
             WHERE split_part(name, ' ', 1) = ANY(${Object.keys(kinds)}) AND expires_at > now() LIMIT 1) AS kind,
           (SELECT at > clock_timestamp() - interval '1 second'
              FROM stock_movements ORDER BY id DESC LIMIT 1) AS "isSelling"`;
  if (found.kind) return kinds[found.kind];
  return found.isSelling ? "Units were sold within the last second: a race or a load is in progress." : undefined;
}
