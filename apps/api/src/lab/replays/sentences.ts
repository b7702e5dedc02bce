import type { RaceEvent } from "../races/events.ts";
import type { Arrival, ReplayAnswer } from "./replay.ts";

/** The observations of a buyer: `news` since the last sentence, `events` since the beginning. */
export interface Observations {
  name: string;
  news: readonly RaceEvent[];
  events: readonly RaceEvent[];
  /** Whether the buyer's process is paused from this point on. */
  suspended: boolean;
  /** The product's name if there are several products, otherwise an empty string. */
  productOf(sku: string | undefined): string;
}

/** Describes in one sentence what a buyer's request has done since the last one, from observations only. */
export function tell(arrival: Arrival, seen: Observations): string {
  const { name, news, events, suspended, productOf } = seen;
  switch (arrival.at) {
    case "the door":
      return `${name} asks for the lock, but ${refusal(arrival)}. It waits without a database connection.`;
    case "the row":
      return last(events.slice(-1), "checked")
        ? `${name} ${begins(news)}sends its UPDATE${of(productOf(events.at(-1)?.sku))}, which waits inside PostgreSQL until ${arrival.holder}'s transaction ends.`
        : `${name} ${begins(news)}asks for the row lock${of(productOf(events.at(-1)?.sku))} and waits inside PostgreSQL, holding a connection, until ${arrival.holder}'s transaction ends.`;
    case "the end":
      return told(arrival.answer, seen);
    case "checked":
      return suspended
        ? `${name} ${decides(seen)}. Before it writes, its machine is suspended: ${STANDS_STILL}.`
        : `${name} ${decides(seen)}. The replay holds it before it writes.`;
    case "read":
      return `${name} ${reads(seen)}.`;
    case "written": {
      const { sku, stock, unitNumbers } = arrival.event;
      const reading = last(news, "read") ? `${reads(seen)}, ` : begins(news);
      return `${name} ${reading}writes stock ${stock} and takes ${numbers(unitNumbers, productOf(sku))}. Others see this only after the commit.`;
    }
    case "committed": {
      const written = last(events, "written");
      return `${name} ${last(news, "read") ? `${reads(seen)} and ` : begins(news)}commits: it has sold ${numbers(written?.unitNumbers)}${suspended ? `. Before it releases the lock, its machine is suspended: ${STANDS_STILL}` : ""}.`;
    }
    case "conflict":
      return conflicts(name, arrival.event.conflict);
    default:
      return `${name} reaches the checkpoint "${arrival.at}".`;
  }
}

const STANDS_STILL = "its clock stops, no timer runs, and nothing extends its lease";

const last = (events: readonly RaceEvent[], checkpoint: RaceEvent["checkpoint"]) =>
  events.findLast((event) => event.checkpoint === checkpoint);

const of = (product: string) => product && ` for the ${product}`;

const numbers = (units: readonly number[] = [], product = "") =>
  units.map((unit) => `${product && `${product} `}No. ${unit}`).join(" and ");

function refusal({ votes }: Arrival & { at: "the door" }): string {
  if (!votes) return "another waiting client is ahead in the queue";
  const nodes = votes.for + votes.against + votes.unavailable;
  return nodes === 1 ? "the store refuses" : `${votes.against} of ${nodes} Redis instances refuse`;
}

function begins(news: readonly RaceEvent[]): string {
  const again = last(news, "conflict") ? "retries, " : "";
  const locked = last(news, "locked");
  if (!locked) return again;
  return `${again}gets the lock${locked.fencingToken ? ` with fencing token ${locked.fencingToken}` : ""}, `;
}

function reads({ news, productOf }: Observations): string {
  const read = last(news, "read");
  const product = productOf(read?.sku);
  return `${begins(news)}reads stock ${read?.stock}${product && ` of the ${product}`}`;
}

function decides(seen: Observations): string {
  if (last(seen.news, "read")) return `${reads(seen)} and decides to sell`;
  if (last(seen.news, "locked")) return `${begins(seen.news)}is about to send its only statement and has read nothing`;
  return "is about to send its only statement, UPDATE … WHERE stock >= 1, and has read nothing";
}

function conflicts(name: string, conflict: string | undefined): string {
  switch (conflict) {
    case "version":
      return `${name}'s UPDATE requires the version that it read, and changes 0 rows. This is a version conflict, so ${name} rolls back and retries.`;
    case "40001":
      return `PostgreSQL ends ${name}'s transaction with 40001, could not serialize access: the row changed after ${name}'s snapshot. ${name} retries.`;
    case "40P01":
      return `After one second PostgreSQL checks for deadlocks, finds this one and ends ${name}'s transaction with 40P01, deadlock detected. ${name}'s row locks are released, and ${name} retries.`;
    default:
      return `PostgreSQL ends ${name}'s transaction with ${conflict}, and ${name} retries.`;
  }
}

function told({ code, unitNumbers }: ReplayAnswer, seen: Observations): string {
  const { name, news, events, productOf } = seen;
  switch (code) {
    case "RESERVED": {
      const reading = last(news, "read") ? `${reads(seen)}, ` : begins(news);
      const commits = last(news, "committed") ? "commits and " : "";
      const cart = productOf(last(events, "written")?.sku) ? "the cart" : numbers(unitNumbers);
      return `${name} ${reading}${commits}is told: ${cart} is yours.`;
    }
    case "OUT_OF_STOCK":
      if (last(news, "read")) return `${name} ${reads(seen)} and is told: sold out.`;
      return last(events, "read")
        ? `${name} is told: sold out.`
        : `${name}'s statement changes 0 rows, because stock is now ${last(events, "refused")?.stock}; ${name} is told: sold out.`;
    case "LOCK_LOST": {
      const lost = last(news, "lost");
      return lost?.fencingToken
        ? `PostgreSQL rejects ${name}'s write: its token ${lost.fencingToken} is lower than the row's token ${lost.fence}, so 0 rows change, and ${name} is told LOCK_LOST.`
        : `${name} checks its lease before it writes, finds it lost, rolls back and is told LOCK_LOST.`;
    }
    case "LOCK_BUSY":
      return `${name} has waited for the maximum time and is told LOCK_BUSY. It bought nothing.`;
    default:
      return `${name} is told ${code}.`;
  }
}
