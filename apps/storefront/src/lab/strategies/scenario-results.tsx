import { useEffect } from "react";
import { Link, useLocation } from "react-router";
import type { Strategy } from "../../api/types.ts";
import type { LabHeaders } from "../lab-access.tsx";
import {
  asTimes,
  cellOf,
  connectionsHeld,
  replayOf,
  resultWords,
  timesFastest,
  WAITING_OUTSIDE,
} from "./matrix-cells.ts";
import styles from "./strategy-page.module.css";
import { useMatrix } from "./use-matrix.ts";

/** What happened in each failure scenario, with its replay; then the costs, which are no failures. */
export function ScenarioResults({ strategy, headers }: { strategy: Strategy; headers: LabHeaders }) {
  const { matrix } = useMatrix(headers);
  const { hash } = useLocation();
  const chosen = decodeURIComponent(hash.slice(1));
  // biome-ignore lint/correctness/useExhaustiveDependencies: the results load after the page.
  useEffect(() => {
    if (chosen) document.getElementById(chosen)?.scrollIntoView({ block: "nearest" });
  }, [chosen, matrix !== undefined]);
  if (!matrix) return null;
  const times = timesFastest(matrix, strategy.name);
  return (
    <>
      <ul className={styles.results}>
        {matrix.scenarios
          .filter(({ name }) => name !== WAITING_OUTSIDE)
          .map(({ name, title }) => {
            const cell = cellOf(matrix, name, strategy.name);
            if (!cell) return null;
            const { mark, word } = resultWords[cell.result];
            const replay = replayOf(matrix, cell);
            return (
              <li key={name} id={name} data-result={cell.result} data-current={name === chosen}>
                <p className={styles.resultTitle}>
                  <span>
                    <span aria-hidden="true">{mark}</span> {word}
                  </span>{" "}
                  {title}
                </p>
                <p>
                  {cell.sentence} {replay && <Link to={replay}>Watch it step by step</Link>}
                </p>
              </li>
            );
          })}
      </ul>
      <p>
        Database connections of waiting buyers: {connectionsHeld(strategy, matrix)}.
        {times !== undefined &&
          ` Answering 40 concurrent buyers took ${asTimes(times)} the time of the fastest strategy in this measurement.`}
      </p>
    </>
  );
}
