import styles from "./lanes.module.css";
import type { Race } from "./lanes.ts";
import type { Scale } from "./scale.ts";

interface StockLaneProps {
  race: Race;
  scale: Scale;
  top: number;
  until: number;
}

const HEIGHT = 32;
const LABELLED_STEPS = 12;

/** The stock that PostgreSQL shows to others, commit by commit. */
export function StockLane({ race, scale: { x, font, narrow }, top, until }: StockLaneProps) {
  const steps = race.stock.filter((step) => step.at <= until);
  const most = Math.max(1, ...race.stock.map((step) => step.stock));
  const y = (stock: number) => top + (1 - stock / most) * HEIGHT;
  const path = steps
    .map((step, index) => (index === 0 ? `M${x(0)} ${y(step.stock)}` : `H${x(step.at)}V${y(step.stock)}`))
    .join("");
  /** Steps too near to the next one have no room for their number. */
  const isLabelled = (index: number) => {
    const [before, step, next] = [steps[index - 1], steps[index], steps[index + 1]];
    return before?.stock !== step?.stock && (!next || x(next.at) - x(Number(step?.at)) > font);
  };
  return (
    <g>
      <text x={0} y={narrow ? top - 9 : top + HEIGHT / 2 - 3} className={styles.name}>
        stock
        {narrow && <tspan className={styles.sub}> · PostgreSQL</tspan>}
      </text>
      {!narrow && (
        <text x={0} y={top + HEIGHT / 2 + font - 3} className={styles.sub}>
          PostgreSQL
        </text>
      )}
      <path d={`${path}H${x(until)}`} className={styles.stockLine} />
      {steps.length <= LABELLED_STEPS &&
        steps.map((step, index) =>
          isLabelled(index) ? (
            <text
              // biome-ignore lint/suspicious/noArrayIndexKey: a step is its place in time.
              key={index}
              x={x(step.at) + 7}
              y={step.stock === most ? y(step.stock) + font + 1 : y(step.stock) - 6}
              className={styles.stockNumber}
            >
              {step.stock}
            </text>
          ) : null,
        )}
    </g>
  );
}
