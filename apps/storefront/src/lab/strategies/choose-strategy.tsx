import { useState } from "react";
import { Link } from "react-router";
import { strategyName } from "../strategy-names.ts";
import { strategyPath } from "../strategy-path.ts";
import styles from "./choose-strategy.module.css";

interface Question {
  question: string;
  yes: Question | Answer;
  no: Question | Answer;
}

interface Answer {
  strategy: string;
  why: string;
}

const root: Question = {
  question: "Is it a row in PostgreSQL?",
  yes: {
    question: "One row, and the rule fits into its WHERE clause?",
    yes: {
      strategy: "conditional-update",
      why: "One statement checks the stock and changes it: UPDATE … SET stock = stock - 1 WHERE sku = $1 AND stock >= 1. There is no moment between read and write.",
    },
    no: {
      question: "Do so many wait for one row that they use up the connections?",
      yes: {
        strategy: "redlock+row-lock",
        why: "The guard lets buyers wait outside the database; the row lock keeps the stock correct even if the lease is lost.",
      },
      no: {
        strategy: "row-lock",
        why: "SELECT … FOR UPDATE on all rows, always in the same sequence; then decide and write.",
      },
    },
  },
  no: {
    question: "Can it compare a number with the last one that it saw?",
    yes: {
      strategy: "redlock+fencing",
      why: "Each grant of the lock has a higher token, and the resource rejects a lower one: a stale holder cannot write.",
    },
    no: {
      question: "Must the work never run twice?",
      yes: {
        strategy: "redlock+row-lock",
        why: "No lock alone can promise that. Keep a row in PostgreSQL for the thing, and lock the row as well.",
      },
      no: {
        strategy: "set-nx",
        why: "A lease on the store that you already run keeps the work from running twice most of the time.",
      },
    },
  },
};

const isAnswer = (node: Question | Answer): node is Answer => "strategy" in node;

/** The questions that were answered and the next one, or the end. */
function pathOf(answers: readonly ("yes" | "no")[]): (Question | Answer)[] {
  const path: (Question | Answer)[] = [root];
  let last: Question | Answer = root;
  for (const answer of answers) {
    if (isAnswer(last)) break;
    last = last[answer];
    path.push(last);
  }
  return path;
}

/** At most three questions that end at a strategy. */
export function ChooseStrategy() {
  const [answers, setAnswers] = useState<readonly ("yes" | "no")[]>([]);
  const path = pathOf(answers);
  const end = path.at(-1);
  return (
    <section className={styles.choose} aria-label="Do I need a lock?">
      <h2>Do I need a lock?</h2>
      <div className={styles.questions}>
        {path.map((node, index) =>
          isAnswer(node) ? null : (
            <fieldset key={node.question} className={styles.question}>
              <legend>{node.question}</legend>
              {(["yes", "no"] as const).map((answer) => (
                <label key={answer}>
                  <input
                    type="radio"
                    name={`question-${index}`}
                    checked={answers[index] === answer}
                    onChange={() => setAnswers([...answers.slice(0, index), answer])}
                  />
                  {answer}
                </label>
              ))}
            </fieldset>
          ),
        )}
      </div>
      <p role="status" className={styles.end}>
        {end && isAnswer(end) && (
          <>
            <Link to={strategyPath(end.strategy)}>{strategyName(end.strategy)}</Link>. {end.why}
          </>
        )}
      </p>
    </section>
  );
}
