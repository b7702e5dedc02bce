import { useClipboard } from "@mantine/hooks";
import { useId, useState } from "react";
import type { RaceEvent } from "../../api/types.ts";
import { plural } from "../../format.ts";
import { Term } from "../term.tsx";
import { decidingFact } from "./deciding-fact.ts";
import styles from "./lanes.module.css";
import { emptyRace, type Race } from "./lanes.ts";
import { LanesTable } from "./lanes-table.tsx";
import { SwimLanes } from "./swim-lanes.tsx";
import { votesOf } from "./votes.tsx";

interface RaceDrawingProps {
  race: Race;
  events: readonly RaceEvent[];
  name: string;
  stock: number;
  /** The moment of the race that is shown; all of it when absent. */
  untilMs?: number;
  /** One of two: without its own tools. */
  beside?: boolean;
}

/** The drawing with its legend, its tools, and the same facts as a table. Before the race, its place and its lanes. */
export function RaceDrawing({ race, events, name, stock, untilMs, beside = false }: RaceDrawingProps) {
  const [asTable, setAsTable] = useState(false);
  const tableId = useId();
  const clipboard = useClipboard({ timeout: 2_000 });
  const begun = events.length > 0;
  const fact = decidingFact(race);
  const label = begun
    ? `Drawing of the race under ${name}: ${plural(race.lanes.length, "buyer")} in ${Math.round(race.durationMs)} ms. ${fact?.text ?? ""}`
    : "Before the race: the stock on top, a lane for each buyer, time to the right.";
  return (
    <section className={styles.sheet} aria-label={begun ? `What happened: ${name}` : `What will happen: ${name}`}>
      <SwimLanes race={begun ? race : emptyRace(stock)} untilMs={untilMs} label={label} />
      <div className={styles.foot} data-beside={beside || undefined}>
        <Legend race={race} />
        {begun && (
          <div className={styles.tools}>
            <button type="button" aria-expanded={asTable} aria-controls={tableId} onClick={() => setAsTable(!asTable)}>
              As a table
            </button>
            {!beside && (
              <>
                <button type="button" onClick={() => clipboard.copy(window.location.href)}>
                  {clipboard.copied ? "Copied" : "Copy link"}
                </button>
                <button type="button" title="Download them as JSON lines" onClick={() => downloadHistory(name, events)}>
                  Checkpoints
                </button>
              </>
            )}
          </div>
        )}
      </div>
      {begun && (
        <div id={tableId} hidden={!asTable}>
          {asTable && <LanesTable race={race} name={name} />}
        </div>
      )}
    </section>
  );
}

/** What the drawing's marks mean: those that are in it. */
function Legend({ race: { lanes } }: { race: Race }) {
  const segments = lanes.flatMap((lane) => lane.segments);
  const kinds = new Set(segments.map(({ kind }) => kind));
  const votes = new Set(segments.flatMap((each) => votesOf(each).map(({ vote }) => vote)));
  return (
    <ul className={styles.legend} aria-label="Legend">
      <li>arriving</li>
      {kinds.has("waiting") && <li data-kind="waiting">waits for the lock</li>}
      {kinds.has("held") && (
        <li data-kind="held">{segments.some(({ locked }) => locked) ? "has the lock" : "inside, protected"}</li>
      )}
      {kinds.has("unprotected") && <li data-kind="unprotected">inside, unprotected</li>}
      {kinds.has("write") && (
        <li data-kind="write" data-unprotected={kinds.has("unprotected")}>
          writes
        </li>
      )}
      {lanes.some((lane) => lane.conflicts.length > 0) && <li data-kind="undone">rolled back, retries</li>}
      {votes.size > 0 && (
        <li data-kind="votes">
          <Term id="quorum">votes</Term>:
        </li>
      )}
      {votes.has("granted") && <li data-vote="granted">granted</li>}
      {votes.has("refused") && <li data-vote="refused">refused</li>}
      {votes.has("silent") && <li data-vote="silent">silent</li>}
      {votes.has("late") && <li data-vote="late">late</li>}
    </ul>
  );
}

/** Saves the checkpoints as JSON lines, one event a line in order of time. */
function downloadHistory(name: string, events: readonly RaceEvent[]): void {
  const lines = [...events].sort((a, b) => a.at - b.at).map((event) => `${JSON.stringify(event)}\n`);
  const url = URL.createObjectURL(new Blob(lines, { type: "application/x-ndjson" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `race-${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}.jsonl`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1_000);
}
