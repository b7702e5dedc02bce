import { useState } from "react";
import { CaseReading } from "./case-reading.tsx";
import styles from "./packages.module.css";
import { type Case, type CaseResult, outcomeWords, type Report, type Subject } from "./report.ts";

interface Chosen {
  subject: Subject;
  result: CaseResult;
}

/** Cases downwards, packages to the right; the chosen cell is told in full above. */
export function PackagesTable({ report }: { report: Report }) {
  const [chosen, choose] = useState<Chosen>();
  const chosenCase = report.cases.find(({ number }) => number === chosen?.result.case);
  return (
    <section aria-label="Cases and packages">
      <CaseReading subject={chosen?.subject} result={chosen?.result} each={chosenCase} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reachable by keyboard. */}
      <section className={styles.scroller} tabIndex={0} aria-label="The table">
        <table>
          <thead>
            <tr>
              <td />
              {report.subjects.map(({ name, title }) => (
                <th key={name} scope="col" data-current={chosen?.subject.name === name}>
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {report.cases.map((each) => (
              <tr key={each.number}>
                <th scope="row" data-current={chosenCase === each}>
                  {each.number}. {each.name}
                </th>
                {report.subjects.map((subject) => (
                  <Cell key={subject.name} each={each} subject={subject} chosen={chosen} onChoose={choose} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}

interface CellProps {
  each: Case;
  subject: Subject;
  chosen: Chosen | undefined;
  onChoose(chosen: Chosen): void;
}

function Cell({ each, subject, chosen, onChoose }: CellProps) {
  const found = subject.results.find((result) => result.case === each.number);
  const result: CaseResult = found ?? { case: each.number, outcome: "error", finding: `Not run: ${subject.notRun}.` };
  const { mark, word, result: tone } = outcomeWords[result.outcome];
  const isChosen = chosen?.subject === subject && chosen.result.case === each.number;
  return (
    <td>
      <button
        type="button"
        className={styles.cell}
        aria-label={`${word}: ${result.finding}`}
        data-result={tone}
        data-chosen={isChosen || undefined}
        onMouseEnter={() => onChoose({ subject, result })}
        onFocus={() => onChoose({ subject, result })}
        onClick={() => onChoose({ subject, result })}
      >
        <span className={styles.mark} aria-hidden="true">
          {mark}
        </span>
        <span>{word}</span>
      </button>
    </td>
  );
}
