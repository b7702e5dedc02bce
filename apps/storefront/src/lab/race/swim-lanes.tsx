import { useMediaQuery } from "@mantine/hooks";
import { decidingFact } from "./deciding-fact.ts";
import { DensityBand } from "./density-band.tsx";
import { LaneRow } from "./lane-row.tsx";
import styles from "./lanes.module.css";
import { drawnLanes, type Race, soldTwice } from "./lanes.ts";
import { LARGE_WINDOW, scaleOf } from "./scale.ts";
import { StockLane } from "./stock-lane.tsx";
import { useWidth } from "./use-width.ts";

/** The most lanes that are drawn; more buyers become a band. */
export const LANES_DRAWN = 3;
const BAND = 60;

interface SwimLanesProps {
  race: Race;
  /** Milliseconds of the race that are shown, with a mark at their end; all of it when absent. */
  untilMs?: number;
  label: string;
}

/** The race as a drawing: time to the right, the stock on top, one lane for each buyer. */
export function SwimLanes({ race, untilMs, label }: SwimLanesProps) {
  const { ref, width } = useWidth();
  const large = useMediaQuery(LARGE_WINDOW, true, { getInitialValueInEffect: false });
  const spanMs = Math.max(race.durationMs, 10);
  const scale = scaleOf({ width, spanMs, large });
  const { x, narrow, font, character } = scale;
  const begun = race.durationMs > 0;
  const end = untilMs ?? (begun ? race.durationMs : spanMs);

  const fact = decidingFact(race);
  const lanes = drawnLanes(race, fact?.lanes ?? [], LANES_DRAWN);
  const twice = soldTwice(race);
  const crowd = race.lanes.length > lanes.length;
  const rows = layOut();
  const shown = fact && fact.at <= end ? fact : undefined;
  const rowOf = (name: string) => rows.tops.get(name) ?? 0;
  const factTops = shown ? shown.lanes.map((lane) => rowOf(lane.shopper)).sort((a, b) => a - b) : [];
  const factText = shown && (narrow || crowd ? shown.text : shown.text.replace(/ lets (\w+) in$/, " lets buyer $1 in"));
  const pillWidth = (factText?.length ?? 0) * character + 26;
  const pillLeft = shown && Math.max(0, Math.min(x(shown.at) + 8, width - pillWidth));
  const pillTop = Number(factTops[0]) + scale.lane + 6;

  return (
    <div ref={ref} className={styles.drawing}>
      {width > 0 && (
        <svg width={width} height={rows.height} role="img" aria-label={label} style={{ fontSize: font }}>
          {(begun ? ticks(spanMs, narrow) : [0]).map((ms) => (
            <g key={ms}>
              <line x1={x(ms)} x2={x(ms)} y1={font + 6} y2={rows.height} className={styles.grid} />
              <text x={x(ms)} y={font - 3} className={styles.tick} textAnchor={ms === 0 ? "start" : "middle"}>
                {ms === 0 ? "0 ms" : ms}
              </text>
            </g>
          ))}
          <StockLane race={race} scale={scale} top={rows.stock} until={end} />
          {crowd && <DensityBand race={race} scale={scale} top={rows.band} height={BAND} until={end} />}
          {lanes.map((lane) => (
            <LaneRow
              key={lane.shopper}
              lane={lane}
              scale={scale}
              top={rowOf(lane.shopper)}
              until={end}
              soldTwice={twice.has(lane)}
            />
          ))}
          {untilMs !== undefined && (
            <line x1={x(end)} x2={x(end)} y1={font + 6} y2={rows.height} className={styles.now} />
          )}
          {shown && pillLeft !== undefined && factTops.length === 2 && (
            <g data-kind={shown.kind} className={styles.fact}>
              <line x1={x(shown.at)} x2={x(shown.at)} y1={Number(factTops[0]) + scale.lane} y2={factTops[1]} />
              <rect x={pillLeft} y={pillTop} width={pillWidth} height={font + 12} rx={(font + 12) / 2} />
              <text x={pillLeft + 13} y={pillTop + font + 2}>
                {factText}
              </text>
            </g>
          )}
        </svg>
      )}
    </div>
  );

  function layOut() {
    const label = narrow ? font + 6 : 0;
    const tops = new Map<string, number>();
    const stock = font + 12 + label;
    let y = stock + 34 + 14;
    const band = y + label;
    if (crowd) y = band + BAND + 14;
    const names = fact?.lanes.map((lane) => lane.shopper) ?? [];
    // Between two lanes there is room for the fact before it is known.
    const upper = (lanes.length === 2 ? lanes[0] : lanes.find((lane) => names.includes(lane.shopper)))?.shopper;
    for (const lane of lanes) {
      y += label;
      tops.set(lane.shopper, y);
      y += scale.lane + (lane.shopper === upper ? font + 24 : 10);
    }
    // Below a short bar are its nodes' votes.
    return { tops, stock, band, height: y + 3 };
  }
}

/** Round steps, at most eight of them. */
function ticks(spanMs: number, narrow: boolean): number[] {
  const steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000];
  const step = steps.find((candidate) => spanMs / candidate <= (narrow ? 4 : 8)) ?? 50_000;
  return Array.from({ length: Math.floor(spanMs / step) + 1 }, (_, index) => index * step);
}
