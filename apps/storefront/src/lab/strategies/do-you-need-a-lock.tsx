import { Link } from "react-router";
import type { Matrix } from "../../api/types.ts";
import { strategyName } from "../strategy-names.ts";
import styles from "./argument.module.css";
import { CrowdTimes } from "./crowd-times.tsx";
import { cellOf, resultWords } from "./matrix-cells.ts";

const PLAIN_UPDATE = `UPDATE stock
   SET stock = stock - 1
 WHERE sku = $1
   AND stock >= 1`;

/** The case for no lock at all, and where one earns its place: each claim with what was measured. */
export function DoYouNeedALock({ matrix }: { matrix: Matrix }) {
  return (
    <section className={styles.argument} aria-labelledby="do-you-need-a-lock">
      <h2 id="do-you-need-a-lock">Do you need a lock?</h2>
      <p className={styles.answer}>For one number that must not sink below zero: no.</p>
      <div className={styles.plain}>
        <pre>
          <code>{PLAIN_UPDATE}</code>
        </pre>
        <div>
          <p>
            One statement decides and changes. Two buyers who send it at once meet at the row: PostgreSQL lets the
            second one look again after the first has committed, and the condition no longer holds. No row changed means
            sold out. There is no moment between reading and writing that anybody could slip into, no lease that could
            run out, and no second service that could fail. That is{" "}
            <Link to="#conditional-update">conditional update</Link>; try it first.
          </p>
          <CrowdTimes matrix={matrix} />
        </div>
      </div>
      <h3>When a lock earns its place</h3>
      <ol className={styles.reasons}>
        <li>
          <h4>The decision needs several resources</h4>
          <p>
            A cart of two products, or a rule about rows that the statement does not touch. Lock all of them first, in
            one order that everybody keeps, and decide then. A row lock does that without a service of its own.
          </p>
          <Evidence matrix={matrix} scenario="crossed-carts" strategies={["row-lock"]} />
        </li>
        <li>
          <h4>The work reaches outside the database</h4>
          <p>
            A file, a machine, another company’s API: no transaction takes those back. A lease lets one at a time do the
            work, but it is a promise about time, and a paused holder does not see it run out. What is written at the
            end has to be checked where it is written, with a fencing token or a row lock.
          </p>
          <Evidence matrix={matrix} scenario="paused-holder" strategies={["redlock", "redlock+fencing"]} />
        </li>
        <li>
          <h4>A crowd has to wait somewhere else</h4>
          <p>
            Whoever waits for a row waits with a database connection in hand, and a shop has few of those. A guard in
            front lets the crowd wait outside, so that the rest of the shop still answers. Correctness stays with the
            row.
          </p>
          <Evidence
            matrix={matrix}
            scenario="waiting-outside"
            strategies={["conditional-update", "redlock+row-lock"]}
          />
        </li>
      </ol>
    </section>
  );
}

function Evidence({ matrix, scenario, strategies }: { matrix: Matrix; scenario: string; strategies: string[] }) {
  return (
    <dl className={styles.evidence}>
      {strategies.map((strategy) => {
        const cell = cellOf(matrix, scenario, strategy);
        if (!cell) return null;
        const { mark, word } = resultWords[cell.result];
        return (
          <div key={strategy} data-result={cell.result}>
            <dt>
              <span className={styles.evidenceResult}>
                <span aria-hidden="true">{mark}</span> {word}
              </span>{" "}
              {strategyName(strategy)}
            </dt>
            <dd>{cell.sentence}</dd>
          </div>
        );
      })}
    </dl>
  );
}
