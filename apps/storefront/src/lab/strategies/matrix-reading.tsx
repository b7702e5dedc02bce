import { Link } from "react-router";
import type { Matrix } from "../../api/types.ts";
import { strategyName } from "../strategy-names.ts";
import { type MatrixCell, replayOf, resultWords } from "./matrix-cells.ts";
import styles from "./reading.module.css";

/** What the chosen cell has to say; it stays in sight while the matrix is. */
export function MatrixReading({ matrix, cell }: { matrix: Matrix; cell: MatrixCell | undefined }) {
  if (!cell) {
    return (
      <div className={styles.reading}>
        <p className="muted">
          Choose a cell, and this line tells what happened in it. A time such as 1.8× says how long the whole crowd
          waited for its answers, compared with the fastest strategy that sold rightly.
        </p>
      </div>
    );
  }
  const { mark } = resultWords[cell.result];
  const scenario = matrix.scenarios.find(({ name }) => name === cell.scenario);
  const replay = replayOf(matrix, cell);
  return (
    <div className={styles.reading} data-result={cell.result}>
      <p className={styles.readingTitle}>
        <span className={styles.readingResult}>
          <span aria-hidden="true">{mark}</span> {strategyName(cell.strategy)} {verbs[cell.result]}
        </span>{" "}
        <span className="muted">{scenario?.title}</span>
      </p>
      <p className={styles.readingSentence}>{cell.sentence}</p>
      <p className={styles.readingQuestion}>
        <span className={styles.question}>{scenario?.question}</span>{" "}
        {replay && <Link to={replay}>Watch it step by step</Link>}
      </p>
    </div>
  );
}

const verbs: Record<MatrixCell["result"], string> = {
  survives: "survives",
  loses: "loses",
  "not-applicable": "does not apply",
  unavailable: "is unavailable",
  "not-measured": "is not measured",
};
