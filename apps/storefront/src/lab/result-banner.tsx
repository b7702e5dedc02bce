import type { Verdict } from "../api/types.ts";
import { BannerWords } from "./banner-words.tsx";
import styles from "./lab.module.css";
import { answeredMs, type Race } from "./lanes.ts";
import { verdictWords } from "./verdict-words.ts";

interface ResultBannerProps {
  verdict?: Verdict;
  race: Race;
  running: boolean;
  name: string;
  strategyIsSafe: boolean;
}

/** The answer. The live region is always there, so that its change is announced. */
export function ResultBanner({ verdict, race, running, name, strategyIsSafe }: ResultBannerProps) {
  const words = verdict && verdictWords(verdict, race, strategyIsSafe);
  const tookMs = answeredMs(race);
  return (
    <div role="status" aria-label={`Result: ${name}`} className={styles.live}>
      {running && !verdict && <p className={styles.waiting}>Racing…</p>}
      {verdict && words && (
        <div className={styles.banner} data-tone={words.tone}>
          <BannerWords {...words} />
          <dl className={styles.figures}>
            <Figure label="in stock" value={verdict.initialStock} />
            <Figure label="sold" value={verdict.unitsSold} />
            <Figure label="oversold" value={verdict.unitsOversold} loud />
            {tookMs !== undefined && (
              <Figure
                label={race.lanes.length > 2 ? "all answered" : "both answered"}
                value={`${Math.round(tookMs)} ms`}
              />
            )}
          </dl>
        </div>
      )}
    </div>
  );
}

function Figure({ label, value, loud }: { label: string; value: number | string; loud?: boolean }) {
  return (
    <div className={styles.figure} data-loud={loud}>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}
