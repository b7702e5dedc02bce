import { useEffect, useRef } from "react";
import type { Replay } from "../../api/types.ts";
import { type Cell, toCells } from "./cells.ts";
import styles from "./replays.module.css";

interface ReplayLanesProps {
  replay: Replay;
  /** How many steps are shown. */
  step: number;
  onStep: (step: number) => void;
}

/** What the decisive step decides. */
export const resultOf = ({ outcome }: Replay) => (outcome.survived ? "survives" : "loses");

/**
 * The history as a timeline: a column for each step, a row for the stock, the lock and each buyer. It is a table, so that a
 * screen reader reads what the drawing shows. Time is not to scale.
 */
export function ReplayLanes({ replay, step, onStep }: ReplayLanesProps) {
  const { steps, products, shoppers } = replay;
  const current = useRef<HTMLTableCellElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another step is the reason to look there.
  useEffect(() => {
    current.current?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [step]);
  const holders = steps.some(({ holder }) => holder !== null);

  return (
    <section className={styles.scroller} aria-label="Timeline" tabIndex={-1}>
      <table className={styles.lanes} style={{ "--steps": steps.length } as React.CSSProperties}>
        <thead>
          <tr>
            <th scope="col" className={styles.rowName}>
              <span className={styles.quiet}>step</span>
            </th>
            {steps.map(({ number, atMs, decisive }) => (
              <th
                key={number}
                scope="col"
                ref={number === Math.max(1, step) ? current : undefined}
                data-shown={number <= step}
                data-current={number === step}
                data-decisive={decisive && number <= step ? resultOf(replay) : undefined}
              >
                <button type="button" className={styles.stepButton} onClick={() => onStep(number)}>
                  {number}
                </button>
                <span className={styles.quiet}>{Math.round(atMs).toLocaleString("en")} ms</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {products.map(({ sku, name, stock }, index) => (
            <tr key={sku}>
              <RowName name={products.length > 1 ? `${name}s left` : "stock"} under={index === 0 ? "PostgreSQL" : ""} />
              {steps.map(({ number, stocks }, at) => (
                <td key={number} data-shown={number <= step} className={styles.stock}>
                  <span data-changed={stocks[index] !== (at === 0 ? stock : steps[at - 1]?.stocks[index])}>
                    {stocks[index]}
                  </span>
                </td>
              ))}
            </tr>
          ))}
          {holders && (
            <tr>
              <RowName name="lock" under="in its store" />
              {steps.map(({ number, holder }) => (
                <td key={number} data-shown={number <= step} className={styles.holder}>
                  {holder ?? <span className={styles.quiet}>nobody</span>}
                </td>
              ))}
            </tr>
          )}
          {shoppers.map((shopper) => (
            <tr key={shopper}>
              <RowName name={`Buyer ${shopper}`} under="" />
              {toCells(steps, shopper).map((cell) => (
                <LaneCell key={cell.number} cell={cell} shown={cell.number <= step} current={cell.number === step} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function RowName({ name, under }: { name: string; under: string }) {
  return (
    <th scope="row" className={styles.rowName}>
      {name}
      {under && <span className={styles.quiet}>{under}</span>}
    </th>
  );
}

function LaneCell({ cell, shown, current }: { cell: Cell; shown: boolean; current: boolean }) {
  const { state, text, begins, ends, acts } = cell;
  return (
    <td className={styles.lane} data-shown={shown} data-current={current}>
      <div
        className={styles.segment}
        data-state={state}
        data-begins={begins}
        data-ends={ends}
        data-acts={acts && current}
        data-loss={cell.loss}
      >
        {state === "suspended" && begins && <span aria-hidden="true">❚❚&nbsp;&nbsp;</span>}
        {text}
      </div>
    </td>
  );
}
