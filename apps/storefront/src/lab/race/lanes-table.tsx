import { conflictWords } from "../verdict-words.ts";
import styles from "./lanes.module.css";
import type { Lane, Race } from "./lanes.ts";
import { buyerName } from "./lanes.ts";
import { votesOf, voteWords } from "./votes.tsx";

const ROWS = 100;
const ms = (value: number | undefined) => (value === undefined ? "–" : `${value.toFixed(1)} ms`);

/** The drawing's facts as a table. */
export function LanesTable({ race, name }: { race: Race; name: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reachable by keyboard.
    <section className={styles.scroll} tabIndex={0} aria-label={`Table of the race under ${name}`}>
      <table>
        <thead>
          <tr>
            <th scope="col">Buyer</th>
            <th scope="col">Replica</th>
            <th scope="col">Arrived</th>
            <th scope="col">Got the lock</th>
            <th scope="col">Votes of the lock’s nodes</th>
            <th scope="col">Read</th>
            <th scope="col">Rolled back by</th>
            <th scope="col">Wrote</th>
            <th scope="col">Committed</th>
            <th scope="col">Answer</th>
          </tr>
        </thead>
        <tbody>
          {race.lanes.slice(0, ROWS).map((lane) => (
            <tr key={lane.shopper}>
              <th scope="row">{buyerName(lane.shopper)}</th>
              <td>{lane.replica}</td>
              <td>{ms(lane.arrivedAt)}</td>
              <td>{ms(lane.lockedAt)}</td>
              <td>{votes(lane)}</td>
              <td>{lane.readAt === undefined ? "–" : `${lane.readStock} at ${ms(lane.readAt)}`}</td>
              <td>{undone(lane)}</td>
              <td>{lane.writtenAt === undefined ? "–" : `${lane.writtenStock} at ${ms(lane.writtenAt)}`}</td>
              <td>{ms(lane.committedAt)}</td>
              <td>{answer(lane)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {race.lanes.length > ROWS && (
        <p className="muted">
          The first {ROWS} of {race.lanes.length}; the history has them all.
        </p>
      )}
    </section>
  );
}

const votes = ({ segments }: Lane) => segments.flatMap((segment) => votesOf(segment).map(voteWords)).join(", ") || "–";

const undone = ({ conflicts }: Lane) =>
  conflicts.length === 0
    ? "–"
    : conflicts.map(({ at, conflict }) => `${conflictWords(conflict)} at ${ms(at)}`).join("; ");

function answer(lane: Lane): string {
  if (lane.outcome === "RESERVED") return `No. ${lane.unitNumbers.join(", ")}`;
  if (lane.outcome === "LOCK_LOST" && lane.lost?.fence) {
    return `LOCK_LOST: token ${lane.lost.fencingToken}, the row has ${lane.lost.fence}`;
  }
  return lane.outcome ?? "–";
}
