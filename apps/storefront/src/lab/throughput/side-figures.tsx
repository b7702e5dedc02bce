import { buyers, milliseconds, rate, wholeNumber } from "./number-format.ts";
import type { Side } from "./side.ts";
import styles from "./throughput.module.css";
import type { UnderWay } from "./use-comparison.ts";

/** One strategy's figures: of the step that is being measured, or of the last one. */
export function SideFigures({ side: { name, tone, second, points }, now }: { side: Side; now?: UnderWay }) {
  const last = points.at(-1);
  const shown = now ?? last;
  const oversold = points.reduce((sum, point) => sum + point.oversold, 0);
  return (
    <section className={styles.figures} data-tone={tone} aria-label={name}>
      <h2>
        <Swatch square={second} /> {name}
      </h2>
      <p className={styles.rate}>
        <b>{shown ? rate(shown.unitsPerSecond) : "–"}</b>
        <span>units/s{shown && `, ${buyers(shown.crowd)}`}</span>
      </p>
      <dl>
        <div>
          <dt>{now ? "sold so far" : "sold in this step"}</dt>
          <dd>{shown ? wholeNumber(shown.units) : "–"}</dd>
        </div>
        <div data-loud={oversold > 0 ? "bad" : last ? "good" : undefined}>
          <dt>oversold in total</dt>
          <dd>{last ? wholeNumber(oversold) : "–"}</dd>
        </div>
        <div>
          <dt>median wait</dt>
          <dd>{last && !now ? milliseconds(last.waitMs.p50) : "–"}</dd>
        </div>
        <div>
          <dt>p99 wait</dt>
          <dd>{last && !now ? milliseconds(last.waitMs.p99) : "–"}</dd>
        </div>
      </dl>
    </section>
  );
}

/** The side's line and mark, as the chart draws them. */
export function Swatch({ square }: { square?: boolean }) {
  return <span className={styles.swatch} data-square={square || undefined} aria-hidden="true" />;
}
