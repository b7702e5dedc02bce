import styles from "./lab.module.css";
import type { VerdictWords } from "./verdict-words.ts";

/** A result in words, readable from the last row. */
export function BannerWords({ tone, headline, sentence }: VerdictWords) {
  return (
    <div className={styles.words}>
      <p className={styles.headline}>
        <span aria-hidden="true">{tone === "good" ? "✓" : "✗"}</span> {headline}
      </p>
      <p className={styles.sentence}>{sentence}</p>
    </div>
  );
}
