import { useElementSize } from "@mantine/hooks";
import { decidingFact } from "./deciding-fact.ts";
import { DensityBand } from "./density-band.tsx";
import { LaneRow } from "./lane-row.tsx";
import styles from "./lanes.module.css";
import { drawnLanes, type Race } from "./lanes.ts";
import { StockLane } from "./stock-lane.tsx";

const LANES_DRAWN = 6;
const LANE = 34;

interface SwimLanesProps {
  race: Race;
  /** Milliseconds of the race that are shown; all of it when absent. */
  untilMs?: number;
  label: string;
}

/** The race as a drawing: time to the right, the stock on top, one lane for each shopper. */
export function SwimLanes({ race, untilMs, label }: SwimLanesProps) {
  const { ref, width } = useElementSize();
  const narrow = width < 620;
  const left = narrow ? 0 : 132;
  const right = narrow ? 84 : 110;
  const spanMs = Math.max(race.durationMs, 10);
  const x = (ms: number) => left + (ms / spanMs) * Math.max(60, width - left - right);
  const end = untilMs ?? race.durationMs;

  const fact = decidingFact(race);
  const lanes = drawnLanes(race, fact?.lanes ?? [], LANES_DRAWN);
  const crowd = race.lanes.length > lanes.length;
  const rows = layOut();
  const shown = fact && fact.at <= end ? fact : undefined;
  const rowOf = (shopper: string) => rows.tops.get(shopper) ?? 0;
  const factTops = shown ? shown.lanes.map((lane) => rowOf(lane.shopper)).sort((a, b) => a - b) : [];
  const factText =
    shown && (narrow || crowd ? shown.text : shown.text.replace(/ lets (\w+) in$/, " lets shopper $1 in"));
  const pillWidth = (factText?.length ?? 0) * 7.1 + 26;

  return (
    <div ref={ref} className={styles.drawing}>
      {width > 0 && (
        <svg width={width} height={rows.height} role="img" aria-label={label}>
          {ticks(spanMs, narrow).map((ms) => (
            <g key={ms}>
              <line x1={x(ms)} x2={x(ms)} y1={26} y2={rows.height} className={styles.grid} />
              <text x={x(ms)} y={14} className={styles.tick} textAnchor={ms === 0 ? "start" : "middle"}>
                {ms === 0 ? "0 ms" : ms}
              </text>
            </g>
          ))}
          <StockLane race={race} x={x} top={34} until={end} narrow={narrow} />
          {crowd && <DensityBand race={race} x={x} top={rows.band} until={end} narrow={narrow} />}
          {lanes.map((lane) => (
            <LaneRow
              key={lane.shopper}
              lane={lane}
              x={x}
              top={rowOf(lane.shopper)}
              height={LANE}
              until={end}
              narrow={narrow}
            />
          ))}
          {shown && factTops.length === 2 && (
            <g data-kind={shown.kind} className={styles.fact}>
              <line x1={x(shown.at)} x2={x(shown.at)} y1={Number(factTops[0]) + LANE} y2={factTops[1]} />
              <rect
                x={Math.min(x(shown.at) + 8, width - pillWidth)}
                y={Number(factTops[0]) + LANE + 7}
                width={pillWidth}
                height={26}
                rx={13}
              />
              <text x={Math.min(x(shown.at) + 8, width - pillWidth) + 13} y={Number(factTops[0]) + LANE + 24.5}>
                {factText}
              </text>
            </g>
          )}
        </svg>
      )}
    </div>
  );

  function layOut() {
    const label = narrow ? 20 : 0;
    const tops = new Map<string, number>();
    let y = 34 + (narrow ? 28 : 0) + 62;
    const band = y + label;
    if (crowd) y = band + 84;
    const names = fact?.lanes.map((lane) => lane.shopper) ?? [];
    const upper = lanes.find((lane) => names.includes(lane.shopper))?.shopper;
    for (const lane of lanes) {
      y += label;
      tops.set(lane.shopper, y);
      y += LANE + (lane.shopper === upper ? 40 : 14);
    }
    return { tops, band, height: y };
  }
}

/** Round steps, at most eight of them. */
function ticks(spanMs: number, narrow: boolean): number[] {
  const steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000];
  const step = steps.find((candidate) => spanMs / candidate <= (narrow ? 4 : 8)) ?? 50_000;
  return Array.from({ length: Math.floor(spanMs / step) + 1 }, (_, index) => index * step);
}
