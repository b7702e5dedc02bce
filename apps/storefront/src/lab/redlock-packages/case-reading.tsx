import styles from "./packages.module.css";
import { type Case, type CaseResult, outcomeWords, type Subject } from "./report.ts";

interface CaseReadingProps {
  subject: Subject | undefined;
  result: CaseResult | undefined;
  each: Case | undefined;
}

/** What was observed in the chosen cell, in a place of its own above the table: it covers nothing. */
export function CaseReading({ subject, result, each }: CaseReadingProps) {
  if (!subject || !result || !each) {
    return (
      <div className={styles.reading}>
        <p className="muted">
          Choose a cell to read what was observed. "seen" marks an observation, such as a property of the algorithm or a
          measurement; it is not a failure.
        </p>
      </div>
    );
  }
  const { mark, word, result: tone } = outcomeWords[result.outcome];
  return (
    <div className={styles.reading} data-result={tone}>
      <p className={styles.readingTitle}>
        <span className={styles.readingResult}>
          <span aria-hidden="true">{mark}</span> {word}
        </span>{" "}
        <span className="muted">
          {subject.title}: {each.title}
        </span>
      </p>
      <p className={styles.readingSentence}>{result.finding}</p>
      <p className={styles.readingQuestion}>
        <span className={styles.question}>{each.steps.join(" ")}</span>
      </p>
    </div>
  );
}
