import { wholeNumber } from "./number-format.ts";
import type { Side } from "./side.ts";
import styles from "./throughput.module.css";
import type { UnderWay } from "./use-comparison.ts";

interface SideLineProps {
  side: Side;
  x: (crowd: number) => number;
  y: (perSecond: number) => number;
  now?: UnderWay;
}

/** A strategy's line, with what it sold again as an area above, and the crowd under way as an open mark. */
export function SideLine({ side: { tone, second, points }, x, y, now }: SideLineProps) {
  const last = points.at(-1);
  const line = points.map(({ crowd, unitsPerSecond }) => `${x(crowd)},${y(unitsPerSecond)}`);
  const claimed = points.map(({ crowd, claimedPerSecond }) => `${x(crowd)},${y(claimedPerSecond)}`);
  const hasAgain = points.some(({ oversold }) => oversold > 0);
  const head = now ?? last;
  return (
    <g className={styles.line} data-tone={tone}>
      {hasAgain && (
        <g className={styles.again}>
          <polygon points={[...claimed, ...line.toReversed()].join(" ")} />
          <polyline points={claimed.join(" ")} />
        </g>
      )}
      <polyline points={line.join(" ")} className={styles.path} strokeDasharray={second ? "7 5" : undefined} />
      {now && last && (
        <line
          x1={x(last.crowd)}
          y1={y(last.unitsPerSecond)}
          x2={x(now.crowd)}
          y2={y(now.unitsPerSecond)}
          className={styles.growing}
        />
      )}
      {points.map(({ crowd, unitsPerSecond }) => (
        <Mark key={crowd} x={x(crowd)} y={y(unitsPerSecond)} square={second} />
      ))}
      {now && <Mark x={x(now.crowd)} y={y(now.unitsPerSecond)} square={second} open />}
      {head && (
        <text x={x(head.crowd)} y={y(head.unitsPerSecond) - 14} textAnchor="middle" className={styles.value}>
          {wholeNumber(head.unitsPerSecond)}
        </text>
      )}
    </g>
  );
}

function Mark({ x, y, square, open }: { x: number; y: number; square: boolean; open?: boolean }) {
  const className = open ? styles.openMark : styles.mark;
  return square ? (
    <rect x={x - 5} y={y - 5} width={10} height={10} className={className} />
  ) : (
    <circle cx={x} cy={y} r={open ? 7 : 5.5} className={className} />
  );
}
