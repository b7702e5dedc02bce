import styles from "./stamp.module.css";

interface StampProps {
  above: string;
  word: string;
  tone: "good" | "bad" | "quiet" | "ink";
  /** Shown before the words, so that the colour is never alone. */
  mark?: string;
}

/** A stamped ticket: "yours is No. 1". */
export function Stamp({ above, word, tone, mark }: StampProps) {
  return (
    <span className={styles.stamp} data-tone={tone}>
      <span className={styles.above}>
        {mark && <span aria-hidden="true">{mark} </span>}
        {above}
      </span>
      <span className={word.length > 8 ? styles.long : styles.word}>{word}</span>
    </span>
  );
}
