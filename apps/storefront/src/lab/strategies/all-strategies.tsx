import { useEffect } from "react";
import { useLocation } from "react-router";
import type { Strategy } from "../../api/types.ts";
import { StrategyTexts } from "../about-strategy.tsx";
import { groupStrategies } from "../strategy-groups.ts";
import { strategyName } from "../strategy-names.ts";
import styles from "./texts.module.css";

/** Idea, guarantee, failure and cost of every strategy, each with an address of its own. */
export function AllStrategies({ strategies }: { strategies: readonly Strategy[] }) {
  const { hash } = useLocation();
  useEffect(() => {
    // The texts come after the page: whoever opened it with an address of one of them is still at its top.
    if (hash) document.getElementById(decodeURIComponent(hash.slice(1)))?.scrollIntoView();
  }, [hash]);
  return (
    <section className={styles.all} aria-label="Every strategy">
      <h2>Every strategy in four lines</h2>
      <p className="muted">
        A strategy is a guard, which decides who may enter, times a write, which changes the stock.
      </p>
      {groupStrategies(strategies).map(({ title, strategies: members }) => (
        <section key={title} aria-label={title}>
          <h3 className={styles.service}>{title}</h3>
          {members.map((strategy) => (
            <StrategyArticle key={strategy.name} strategy={strategy} />
          ))}
        </section>
      ))}
    </section>
  );
}

function StrategyArticle({ strategy }: { strategy: Strategy }) {
  const { name, guard, write, safe, available, reason, about } = strategy;
  return (
    <article id={name} className={styles.strategy} aria-label={strategyName(name)}>
      <header>
        <h4>
          {strategyName(name)}
          {strategy.default && <small> default</small>}
        </h4>
        <p>
          <code>{name}</code>
        </p>
        <dl className={styles.facts}>
          <div>
            <dt>guard</dt>
            <dd>{guard}</dd>
          </div>
          <div>
            <dt>write</dt>
            <dd>{write}</dd>
          </div>
        </dl>
        {!safe && (
          <p className={styles.unsafe}>
            <span aria-hidden="true">✗</span> not safe
          </p>
        )}
        <p className={styles.availability} data-available={available}>
          <span aria-hidden="true">{available ? "●" : "○"}</span> {available ? "available" : "unavailable"}
        </p>
        {reason && <p className={styles.reason}>{reason}</p>}
      </header>
      <StrategyTexts about={about} />
    </article>
  );
}
