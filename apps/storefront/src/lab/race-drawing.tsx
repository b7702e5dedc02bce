import { Button } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import type { RaceEvent } from "../api/types.ts";
import { plural } from "../format.ts";
import { decidingFact } from "./deciding-fact.ts";
import { downloadHistory } from "./download-history.ts";
import styles from "./lanes.module.css";
import type { Race } from "./lanes.ts";
import { LanesTable } from "./lanes-table.tsx";
import { SwimLanes } from "./swim-lanes.tsx";
import { useReplay } from "./use-replay.ts";

interface RaceDrawingProps {
  race: Race;
  events: readonly RaceEvent[];
  name: string;
  finished: boolean;
}

/** The drawing with its legend, its tools, and the same facts as a table. */
export function RaceDrawing({ race, events, name, finished }: RaceDrawingProps) {
  const replay = useReplay(race.durationMs);
  const clipboard = useClipboard({ timeout: 2_000 });
  const fact = decidingFact(race);
  const label = `Drawing of the race under ${name}: ${plural(race.lanes.length, "shopper")} in ${Math.round(race.durationMs)} ms. ${fact?.text ?? ""}`;
  return (
    <section className="sheet" aria-label={`What happened: ${name}`}>
      <SwimLanes race={race} untilMs={replay.atMs} label={label} />
      <div className={styles.foot}>
        <ul className={styles.legend} aria-label="Legend">
          <li>arriving</li>
          <li data-kind="waiting">waiting</li>
          <li data-kind="held">has the lock, or needs none</li>
          <li data-kind="unprotected">inside, unprotected</li>
          {race.lanes.some((lane) => lane.conflicts.length > 0) && <li data-kind="undone">undone, begins again</li>}
        </ul>
        <div className={styles.tools}>
          <Button variant="default" size="xs" onClick={replay.toggle} disabled={!finished}>
            {replay.atMs === undefined ? "Replay slowly" : "Stop the replay"}
          </Button>
          <Button variant="default" size="xs" onClick={() => clipboard.copy(window.location.href)}>
            {clipboard.copied ? "Copied" : "Copy link"}
          </Button>
          <Button
            variant="default"
            size="xs"
            onClick={() => downloadHistory(name, events)}
            disabled={events.length === 0}
          >
            Download checkpoints
          </Button>
        </div>
      </div>
      <details className={styles.details}>
        <summary>The same as a table</summary>
        <LanesTable race={race} name={name} />
      </details>
    </section>
  );
}
