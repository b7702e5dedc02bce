import { Fragment, useState } from "react";
import { Link } from "react-router";
import type { Matrix, Strategy } from "../../api/types.ts";
import { groupStrategies } from "../strategy-groups.ts";
import { strategyName } from "../strategy-names.ts";
import styles from "./matrix.module.css";
import { MatrixCellView } from "./matrix-cell.tsx";
import { cellOf, type MatrixCell } from "./matrix-cells.ts";
import { MatrixReading } from "./matrix-reading.tsx";

/** Strategies downwards, scenarios to the right; the chosen cell is told in full below. */
export function StrategyMatrix({ matrix, strategies }: { matrix: Matrix; strategies: readonly Strategy[] }) {
  const [chosen, choose] = useState<Pick<MatrixCell, "scenario" | "strategy">>();
  const listed = strategies.filter(({ name }) => matrix.strategies.includes(name));
  const current = chosen && cellOf(matrix, chosen.scenario, chosen.strategy);
  return (
    <section aria-label="The matrix" className={styles.matrix}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reachable by keyboard. */}
      <section className={styles.scroller} tabIndex={0} aria-label="Strategies and scenarios">
        <table>
          <thead>
            <tr>
              <td />
              {matrix.scenarios.map(({ name, title }) => (
                <th key={name} scope="col" data-scenario={name} data-current={chosen?.scenario === name}>
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          {groupStrategies(listed).map(({ title, strategies: members }) => (
            <tbody key={title}>
              <tr className={styles.group}>
                <th scope="rowgroup" colSpan={matrix.scenarios.length + 1}>
                  <span>{title}</span>
                </th>
              </tr>
              {members.map(({ name, default: isDefault }) => (
                <tr key={name}>
                  <th scope="row" data-current={chosen?.strategy === name}>
                    <Link to={{ hash: name }}>{strategyName(name)}</Link>
                    {isDefault && <small> default</small>}
                  </th>
                  {matrix.scenarios.map((scenario) => {
                    const cell = cellOf(matrix, scenario.name, name);
                    return cell ? (
                      <MatrixCellView
                        key={scenario.name}
                        matrix={matrix}
                        cell={cell}
                        chosen={cell === current}
                        onChoose={() => choose(cell)}
                      />
                    ) : (
                      <Fragment key={scenario.name} />
                    );
                  })}
                </tr>
              ))}
            </tbody>
          ))}
        </table>
      </section>
      <MatrixReading matrix={matrix} cell={current} />
    </section>
  );
}
