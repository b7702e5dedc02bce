import type { RaceEvent } from "../events.ts";
import type { Arrival, ReplayAnswer } from "./replay.ts";

const numbers = (units: readonly number[] = []) => units.map((unit) => `No. ${unit}`).join(" and ");

/** One sentence on how far a shopper got, made from what was observed of it: since the last sentence, and ever. */
export function tell(name: string, arrival: Arrival, news: readonly RaceEvent[], events: readonly RaceEvent[]): string {
  switch (arrival.at) {
    case "the door":
      return `${name} asks for the lock and is refused${votes(arrival)}; it waits outside, without a database connection.`;
    case "the row":
      return last(events.slice(-1), "checked")
        ? `${name} sends its UPDATE, which waits inside PostgreSQL: ${arrival.holder}'s transaction has the row until it ends.`
        : `${name} asks for the lock and waits inside PostgreSQL until ${arrival.holder}'s transaction ends, a connection in hand.`;
    case "the end":
      return `${told(name, arrival.answer, news, events)}`;
    case "checked":
      return `${name} ${decides(news)}; it is held there, before it writes.`;
    case "read":
      return `${name} ${reads(news)}.`;
    case "written":
      return `${name} ${begins(news)}writes stock ${arrival.event.stock} and takes ${numbers(arrival.event.unitNumbers)}; nobody else can see that before its commit.`;
    case "committed":
      return `${name} ${begins(news)}commits: it has sold ${numbers(last(news, "written")?.unitNumbers)}.`;
    case "conflict":
      return conflicts(name, arrival.event.conflict);
    default:
      return `${name} passes "${arrival.at}".`;
  }
}

const last = (news: readonly RaceEvent[], checkpoint: RaceEvent["checkpoint"]) =>
  news.findLast((event) => event.checkpoint === checkpoint);

function votes({ votes }: Arrival & { at: "the door" }): string {
  if (!votes) return "";
  const nodes = votes.for + votes.against + votes.unavailable;
  return nodes === 1 ? "" : ` by ${votes.against} of ${nodes} lock nodes`;
}

function begins(news: readonly RaceEvent[]): string {
  const again = last(news, "conflict") ? "begins again, " : "";
  const locked = last(news, "locked");
  if (!locked) return again;
  return `${again}gets the lock${locked.fencingToken ? ` with fencing token ${locked.fencingToken}` : ""}, `;
}

function reads(news: readonly RaceEvent[]): string {
  const read = last(news, "read");
  return `${begins(news)}reads stock ${read?.stock}`;
}

function decides(news: readonly RaceEvent[]): string {
  if (last(news, "read")) return `${reads(news)} and decides to sell`;
  if (last(news, "locked")) return `${begins(news)}stands before its one statement, having read nothing`;
  return "has one statement ready, UPDATE … WHERE stock >= 1, and has read nothing";
}

function conflicts(name: string, conflict: string | undefined): string {
  switch (conflict) {
    case "version":
      return `${name}'s UPDATE asks for the version that it read, and changes 0 rows: a version conflict, so ${name} undoes its transaction and begins again.`;
    case "40001":
      return `PostgreSQL ends ${name}'s transaction with 40001, could not serialize access: the row changed after ${name}'s snapshot, so ${name} begins again.`;
    case "40P01":
      return `PostgreSQL finds the circle after a second and ends ${name}'s transaction with 40P01, deadlock detected: its locks are free, and ${name} begins again.`;
    default:
      return `PostgreSQL ends ${name}'s transaction with ${conflict}, and ${name} begins again.`;
  }
}

function told(
  name: string,
  { code, unitNumbers }: ReplayAnswer,
  news: readonly RaceEvent[],
  events: readonly RaceEvent[],
): string {
  const refused = last(news, "refused");
  const lost = last(news, "lost");
  switch (code) {
    case "RESERVED": {
      const before = begins(news);
      const reading = last(news, "read") ? `reads stock ${last(news, "read")?.stock}, ` : "";
      const what = last(news, "committed")
        ? `commits and is told: ${numbers(unitNumbers)} is yours`
        : `is told: ${numbers(unitNumbers)} is yours`;
      return `${name} ${before}${reading}${what}.`;
    }
    case "OUT_OF_STOCK":
      if (last(news, "read")) return `${name} ${reads(news)} and is told: sold out.`;
      return last(events, "read")
        ? `${name} is told: sold out.`
        : `${name}'s statement changes 0 rows, since stock is ${refused?.stock} now; ${name} is told: sold out.`;
    case "LOCK_LOST":
      return lost?.fencingToken
        ? `PostgreSQL refuses ${name}'s write: it carries token ${lost.fencingToken} and the row has seen ${lost.fence}, so 0 rows change and ${name} is told LOCK_LOST.`
        : `${name} looks at its lease once more before COMMIT, finds it lost, undoes its transaction and is told LOCK_LOST.`;
    case "LOCK_BUSY":
      return `${name} has waited as long as it may and is told LOCK_BUSY: nothing was sold to it.`;
    default:
      return `${name} is told ${code}.`;
  }
}
