import { BannerWords } from "../banner-words.tsx";
import labStyles from "../lab.module.css";
import { buyers, rate, wholeNumber } from "./number-format.ts";
import { resultWords } from "./result-words.ts";
import type { Side } from "./side.ts";
import styles from "./throughput.module.css";
import type { Comparison } from "./use-comparison.ts";

/**
 * The running count, then the result. Only the result is in the live region: the count changes four times a second.
 */
export function ResultSentence({ sides, comparison }: { sides: readonly [Side, Side]; comparison: Comparison }) {
  const { phase, now } = comparison;
  const over = phase === "done" || phase === "stopped" || phase === "failed";
  const words = over ? resultWords(sides[0], sides[1]) : undefined;
  const running = phase === "warming-up" || phase === "measuring";
  return (
    <>
      {running && (
        <p className={styles.underWay} data-tone={now && sides[now.side].tone}>
          {now ? (
            <>
              <b>{rate(now.unitsPerSecond)} a second</b>
              <span>
                {sides[now.side].name} has sold {wholeNumber(now.units)} {now.units === 1 ? "unit" : "units"} to{" "}
                {buyers(now.crowd)} who order repeatedly.
              </span>
            </>
          ) : (
            <>
              <b>Warming up</b>
              <span>The first checkouts of a process are slow; they do not count.</span>
            </>
          )}
        </p>
      )}
      <div role="status" aria-label="Result" className={words ? labStyles.live : undefined}>
        {words && (
          <div className={labStyles.banner} data-tone={words.tone}>
            <BannerWords {...words} />
          </div>
        )}
      </div>
    </>
  );
}
