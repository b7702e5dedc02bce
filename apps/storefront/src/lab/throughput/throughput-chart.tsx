import { useElementSize } from "@mantine/hooks";
import { marksUpTo, placeOf } from "./chart-scale.ts";
import { rate, wholeNumber } from "./number-format.ts";
import type { Side } from "./side.ts";
import { Swatch } from "./side-figures.tsx";
import { SideLine } from "./side-line.tsx";
import styles from "./throughput.module.css";
import type { UnderWay } from "./use-comparison.ts";

const LEFT = 52;
const TOP = 40;
const BOTTOM = 54;

interface ThroughputChartProps {
  sides: readonly [Side, Side];
  crowds: readonly number[];
  now?: UnderWay;
}

/** Units sold per second over the number of concurrent buyers, a line for each strategy. */
export function ThroughputChart({ sides, crowds, now }: ThroughputChartProps) {
  const { ref, width, height } = useElementSize();
  const narrow = width < 560;
  const right = narrow ? 30 : 48;
  const most = Math.max(now?.unitsPerSecond ?? 0, ...sides.flatMap(({ points }) => points.map(highest)));
  const marks = marksUpTo(most * 1.06);
  const top = marks.at(-1) as number;
  const floor = height - BOTTOM;
  const x = (crowd: number) => LEFT + 14 + placeOf(crowd, crowds) * Math.max(60, width - LEFT - right - 14);
  const y = (perSecond: number) => floor - (perSecond / top) * (floor - TOP);
  const empty = most === 0 && !now;
  const soldAgain = sides.some(({ points }) => points.some(({ oversold }) => oversold > 0));

  return (
    <>
      <ul className={styles.legend} aria-label="Legend">
        {sides.map(({ name, tone, second }) => (
          <li key={name} data-tone={tone}>
            <Swatch square={second} /> {name}
          </li>
        ))}
        {soldAgain && (
          <li>
            <span className={styles.againSwatch} aria-hidden="true" /> units sold more than once, which do not count
          </li>
        )}
      </ul>
      <div ref={ref} className={styles.drawing}>
        {width > 0 && (
          <svg width={width} height={height} role="img" aria-label={chartLabel(sides)}>
            {marks.map((mark) => (
              <g key={mark}>
                <line
                  x1={LEFT}
                  x2={width - 4}
                  y1={y(mark)}
                  y2={y(mark)}
                  className={mark === 0 ? styles.floor : styles.grid}
                />
                {(!empty || mark === 0) && (
                  <text x={LEFT - 10} y={y(mark) + 4.5} className={styles.tick} textAnchor="end">
                    {wholeNumber(mark)}
                  </text>
                )}
              </g>
            ))}
            {crowds.map((crowd) => (
              <g key={crowd} data-now={now?.crowd === crowd} className={styles.crowd}>
                <line x1={x(crowd)} x2={x(crowd)} y1={floor} y2={floor + 6} className={styles.floor} />
                <text x={x(crowd)} y={floor + 22} textAnchor="middle" className={styles.tick}>
                  {wholeNumber(crowd)}
                </text>
              </g>
            ))}
            <text x={0} y={14} className={styles.axis}>
              units a second
            </text>
            <text x={LEFT + 14} y={height - 8} className={styles.axis}>
              concurrent buyers →
            </text>
            {[...sides].reverse().map((side) => (
              <SideLine
                key={side.name}
                side={side}
                x={x}
                y={y}
                now={now && sides[now.side] === side ? now : undefined}
              />
            ))}
            {empty && (
              <text x={(LEFT + width) / 2} y={(TOP + floor) / 2} textAnchor="middle" className={styles.empty}>
                Not measured yet.
              </text>
            )}
          </svg>
        )}
      </div>
    </>
  );
}

const highest = ({ unitsPerSecond, claimedPerSecond }: { unitsPerSecond: number; claimedPerSecond: number }) =>
  Math.max(unitsPerSecond, claimedPerSecond);

function chartLabel(sides: readonly [Side, Side]): string {
  const told = sides.map(({ name, points }) => {
    const figures = points.map(({ crowd, unitsPerSecond }) => `${rate(unitsPerSecond)} with ${crowd}`);
    return `${name}: ${figures.length > 0 ? figures.join(", ") : "not measured yet"}`;
  });
  return `Chart of units sold per second over concurrent buyers. ${told.join(". ")}.`;
}
