import styles from "./lanes.module.css";
import type { Race } from "./lanes.ts";

interface StockLaneProps {
  race: Race;
  x: (ms: number) => number;
  top: number;
  until: number;
  narrow: boolean;
}

const HEIGHT = 34;
const LABELLED_STEPS = 12;

/** The stock that PostgreSQL shows to others, commit by commit. */
export function StockLane({ race, x, top: above, until, narrow }: StockLaneProps) {
  const top = above + (narrow ? 30 : 8);
  const steps = race.stock.filter((step) => step.at <= until);
  const most = Math.max(1, ...race.stock.map((step) => step.stock));
  const y = (stock: number) => top + 2 + (1 - stock / most) * HEIGHT;
  const path = steps
    .map((step, index) => (index === 0 ? `M${x(0)} ${y(step.stock)}` : `H${x(step.at)}V${y(step.stock)}`))
    .join("");
  return (
    <g>
      <text x={0} y={narrow ? above + 8 : top + 14} className={styles.name}>
        stock
        {narrow && <tspan className={styles.sub}> · PostgreSQL</tspan>}
      </text>
      {!narrow && (
        <text x={0} y={top + 31} className={styles.sub}>
          PostgreSQL
        </text>
      )}
      <path d={`${path}H${x(until)}`} className={styles.stockLine} />
      {steps.length <= LABELLED_STEPS &&
        steps.map((step, index) =>
          index > 0 && steps[index - 1]?.stock === step.stock ? null : (
            <text
              // biome-ignore lint/suspicious/noArrayIndexKey: a step is its place in time.
              key={index}
              x={x(step.at) + 7}
              y={y(step.stock) + (step.stock === most ? -5 : -6)}
              className={styles.stockNumber}
            >
              {step.stock}
            </text>
          ),
        )}
    </g>
  );
}
