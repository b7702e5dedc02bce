import type { RaceEvent } from "../events.ts";
import type { Arrival, ReplayAnswer } from "./replay.ts";

/** What was observed of a shopper: since the last sentence, and ever. */
export interface Observations {
  name: string;
  news: readonly RaceEvent[];
  events: readonly RaceEvent[];
  /** Its machine stands still from this very point on. */
  suspended: boolean;
  /** Names a product where there are several; empty where there is one. */
  productOf(sku: string | undefined): string;
}

/** One sentence on how far a shopper got, made from what was observed of it. */
export function tell(arrival: Arrival, seen: Observations): string {
  const { name, news, events, suspended, productOf } = seen;
  switch (arrival.at) {
    case "the door":
      return `${name} asks for the lock and ${refusal(arrival)}; it waits outside, without a database connection.`;
    case "the row":
      return last(events.slice(-1), "checked")
        ? `${name} ${begins(news)}sends its UPDATE${of(productOf(events.at(-1)?.sku))}, which waits inside PostgreSQL: ${arrival.holder}'s transaction has the row until it ends.`
        : `${name} ${begins(news)}asks for the row lock${of(productOf(events.at(-1)?.sku))} and waits inside PostgreSQL until ${arrival.holder}'s transaction ends, a connection in hand.`;
    case "the end":
      return told(arrival.answer, seen);
    case "checked":
      return suspended
        ? `${name} ${decides(seen)}; right there, before it writes, its machine is suspended: ${STANDS_STILL}.`
        : `${name} ${decides(seen)}; it is held there, before it writes.`;
    case "read":
      return `${name} ${reads(seen)}.`;
    case "written": {
      const { sku, stock, unitNumbers } = arrival.event;
      const reading = last(news, "read") ? `${reads(seen)}, ` : begins(news);
      return `${name} ${reading}writes stock ${stock} and takes ${numbers(unitNumbers, productOf(sku))}; nobody else can see that before its commit.`;
    }
    case "committed": {
      const written = last(events, "written");
      return `${name} ${last(news, "read") ? `${reads(seen)} and ` : begins(news)}commits: it has sold ${numbers(written?.unitNumbers)}${suspended ? `; right there, before it releases the lock, its machine is suspended: ${STANDS_STILL}` : ""}.`;
    }
    case "conflict":
      return conflicts(name, arrival.event.conflict);
    default:
      return `${name} passes "${arrival.at}".`;
  }
}

const STANDS_STILL = "its clock stands, none of its timers runs, nothing extends its lease";

const last = (events: readonly RaceEvent[], checkpoint: RaceEvent["checkpoint"]) =>
  events.findLast((event) => event.checkpoint === checkpoint);

const of = (product: string) => product && ` for the ${product}`;

const numbers = (units: readonly number[] = [], product = "") =>
  units.map((unit) => `${product && `${product} `}No. ${unit}`).join(" and ");

function refusal({ votes }: Arrival & { at: "the door" }): string {
  if (!votes) return "finds another before it in line";
  const nodes = votes.for + votes.against + votes.unavailable;
  return nodes === 1 ? "is refused" : `is refused by ${votes.against} of ${nodes} lock nodes`;
}

function begins(news: readonly RaceEvent[]): string {
  const again = last(news, "conflict") ? "begins again, " : "";
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
  if (last(seen.news, "locked")) return `${begins(seen.news)}stands before its one statement, having read nothing`;
  return "has one statement ready, UPDATE … WHERE stock >= 1, and has read nothing";
}

function conflicts(name: string, conflict: string | undefined): string {
  switch (conflict) {
    case "version":
      return `${name}'s UPDATE asks for the version that it read, and changes 0 rows: a version conflict, so ${name} undoes its transaction and begins again.`;
    case "40001":
      return `PostgreSQL ends ${name}'s transaction with 40001, could not serialize access: the row changed after ${name}'s snapshot, so ${name} begins again.`;
    case "40P01":
      return `After a second PostgreSQL looks for circles, finds this one and ends ${name}'s transaction with 40P01, deadlock detected: what ${name} had locked is free, and ${name} begins again.`;
    default:
      return `PostgreSQL ends ${name}'s transaction with ${conflict}, and ${name} begins again.`;
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
        : `${name}'s statement changes 0 rows, since stock is ${last(events, "refused")?.stock} now; ${name} is told: sold out.`;
    case "LOCK_LOST": {
      const lost = last(news, "lost");
      return lost?.fencingToken
        ? `PostgreSQL refuses ${name}'s write: it carries token ${lost.fencingToken} and the row has seen ${lost.fence}, so 0 rows change, and ${name} is told LOCK_LOST.`
        : `${name} looks at its lease once more before COMMIT, finds it lost, undoes its transaction and is told LOCK_LOST.`;
    }
    case "LOCK_BUSY":
      return `${name} has waited as long as it may and is told LOCK_BUSY: nothing was sold to it.`;
    default:
      return `${name} is told ${code}.`;
  }
}
