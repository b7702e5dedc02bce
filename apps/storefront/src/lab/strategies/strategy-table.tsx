import { useState } from "react";
import { Link, useNavigate } from "react-router";
import type { Matrix, Strategy } from "../../api/types.ts";
import { groupStrategies } from "../strategy-groups.ts";
import { strategyName } from "../strategy-names.ts";
import { strategyPath } from "../strategy-path.ts";
import { Term } from "../term.tsx";
import {
  asTimes,
  cellOf,
  connectionsHeld,
  type MatrixCell,
  resultWords,
  shortTitle,
  timesFastest,
  WAITING_OUTSIDE,
} from "./matrix-cells.ts";
import { roundTrips, useWhen } from "./strategy-facts.ts";
import styles from "./strategy-table.module.css";

interface StrategyTableProps {
  strategies: readonly Strategy[];
  /** Absent until it is fetched; the rows have their place before. */
  matrix?: Matrix;
}

const shown = {
  all: "all strategies",
  passing: "those that fail nowhere",
  database: "those that need PostgreSQL alone",
} as const;
type Shown = keyof typeof shown;

/** One row a strategy: whether it is correct in each failure scenario, and, apart from that, what it costs. */
export function StrategyTable({ strategies, matrix }: StrategyTableProps) {
  const [filter, setFilter] = useState<Shown>("all");
  const [byTime, setByTime] = useState(false);
  const scenarios = (matrix?.scenarios ?? []).filter(({ name }) => name !== WAITING_OUTSIDE);
  const groups = groupStrategies(strategies).map((group) => ({
    ...group,
    strategies: group.strategies.filter((strategy) => isShown(strategy, filter, matrix)),
  }));
  const timeOf = ({ name }: Strategy) => (matrix && timesFastest(matrix, name)) ?? Number.POSITIVE_INFINITY;
  const rows = byTime
    ? [
        {
          title: "by time",
          strategies: groups.flatMap((each) => each.strategies).sort((a, b) => timeOf(a) - timeOf(b)),
        },
      ]
    : groups;
  return (
    <>
      <div className={styles.tools}>
        <label>
          Show{" "}
          <select value={filter} onChange={(event) => setFilter(event.currentTarget.value as Shown)}>
            {Object.entries(shown).map(([value, text]) => (
              <option key={value} value={value}>
                {text}
              </option>
            ))}
          </select>
        </label>
        <label>
          sorted by{" "}
          <select
            value={byTime ? "time" : "store"}
            onChange={(event) => setByTime(event.currentTarget.value === "time")}
          >
            <option value="store">store</option>
            <option value="time">time</option>
          </select>
        </label>
      </div>
      <table className={styles.table} aria-label="Strategies">
        <thead>
          <tr>
            <td />
            <td colSpan={2} className={styles.wide} />
            <th scope="colgroup" colSpan={Math.max(1, scenarios.length)} className={styles.group}>
              Does it sell each unit once?
            </th>
            <th scope="colgroup" colSpan={3} className={`${styles.group} ${styles.cost}`}>
              What it costs
            </th>
            <td className={styles.cost} />
          </tr>
          <tr>
            <th scope="col">Strategy</th>
            <th scope="col" className={styles.wide}>
              <Term id="guard">Guard</Term>
            </th>
            <th scope="col" className={styles.wide}>
              <Term id="write">Write</Term>
            </th>
            {scenarios.length === 0 && <td />}
            {scenarios.map(({ name, title }) => (
              <th key={name} scope="col" className={styles.scenario} title={title}>
                {shortTitle(name, title)}
              </th>
            ))}
            <th scope="col" className={styles.cost}>
              Time
            </th>
            <th scope="col" className={styles.cost}>
              Connections of waiting buyers
            </th>
            <th scope="col" className={styles.cost}>
              Round trips
            </th>
            <th scope="col" className={styles.cost}>
              Use it when
            </th>
          </tr>
        </thead>
        {rows.map(({ title, strategies: members }) => (
          <tbody key={title}>
            {members.map((strategy) => (
              <Row key={strategy.name} strategy={strategy} matrix={matrix} scenarios={scenarios} />
            ))}
          </tbody>
        ))}
      </table>
    </>
  );
}

interface RowProps {
  strategy: Strategy;
  matrix: Matrix | undefined;
  scenarios: Matrix["scenarios"];
}

function Row({ strategy, matrix, scenarios }: RowProps) {
  const navigate = useNavigate();
  const { name, guard, write } = strategy;
  const times = matrix && timesFastest(matrix, name);
  const path = strategyPath(name);
  return (
    // The name's link is for the keyboard; a pointer may hit the row anywhere.
    <tr
      onClick={(event) => {
        if (!(event.target as Element).closest("a")) void navigate(path);
      }}
    >
      <th scope="row">
        <Link to={path}>{strategyName(name)}</Link>
        {strategy.default && <small> default</small>}
      </th>
      <td className={styles.wide}>{guard}</td>
      <td className={styles.wide}>{write}</td>
      {scenarios.length === 0 && <td />}
      {scenarios.map((scenario) => (
        <ResultCell key={scenario.name} strategy={name} cell={cellOf(matrix, scenario.name, name)} path={path} />
      ))}
      <td className={styles.cost}>{times === undefined ? "–" : asTimes(times)}</td>
      <td className={styles.cost}>{connectionsHeld(strategy, matrix)}</td>
      <td className={styles.cost}>{roundTrips(strategy)}</td>
      <td className={styles.cost}>{useWhen(strategy)}</td>
    </tr>
  );
}

/** A mark; what happened stands on the strategy's page. */
function ResultCell({ strategy, cell, path }: { strategy: string; cell: MatrixCell | undefined; path: string }) {
  if (!cell) return <td />;
  const { mark, word } = resultWords[cell.result];
  return (
    <td className={styles.result} data-result={cell.result}>
      <Link to={`${path}#${cell.scenario}`} aria-label={`${strategyName(strategy)} ${word}: ${cell.sentence}`}>
        {mark}
      </Link>
    </td>
  );
}

function isShown(strategy: Strategy, filter: Shown, matrix: Matrix | undefined): boolean {
  if (filter === "database") return strategy.guard === "none";
  if (filter === "all") return true;
  const cells = matrix?.cells.filter((cell) => cell.strategy === strategy.name && cell.scenario !== WAITING_OUTSIDE);
  return !cells?.some(({ result }) => result === "loses");
}
