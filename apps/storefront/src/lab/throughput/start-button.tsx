import labStyles from "../lab.module.css";
import { buyers, wholeNumber } from "./number-format.ts";
import styles from "./throughput.module.css";
import { CROWD_MS, type useComparison } from "./use-comparison.ts";

interface StartButtonProps {
  comparison: ReturnType<typeof useComparison>;
  crowds: readonly number[];
  /** Both sides are the same strategy. */
  same: boolean;
}

/** What a size costs besides its buying: its last answers and its verdict. */
const BESIDES_MS = 500;
const WARM_UP_MS = 2_000;

/** The largest button: it starts the comparison, and stops it. */
export function StartButton({ comparison, crowds, same }: StartButtonProps) {
  const { phase, start, stop, now, measured } = comparison;
  if (phase === "warming-up" || phase === "measuring") {
    const steps = crowds.length * 2;
    return (
      <button type="button" className={`${labStyles.both} ${styles.stop}`} onClick={stop}>
        <span>Stop</span>
        <small>{now ? `${measured + 1} of ${steps}: ${buyers(now.crowd)}` : "warming up …"}</small>
        <progress max={steps} value={measured} aria-label="Steps measured" />
      </button>
    );
  }
  const seconds = Math.ceil((2 * crowds.length * (CROWD_MS + BESIDES_MS) + WARM_UP_MS) / 5_000) * 5;
  return (
    <button
      type="button"
      className={labStyles.both}
      aria-disabled={same}
      onClick={() => {
        if (!same) void start();
      }}
    >
      <span>{phase === "idle" ? "Start the load" : "Start again"}</span>
      <small>{same ? "choose two different strategies first" : sizesOf(crowds)}</small>
      {!same && <small>about {seconds} s</small>}
    </button>
  );
}

function sizesOf(crowds: readonly number[]): string {
  const [least, most] = [crowds[0], crowds.at(-1)];
  const range = least === most ? `${most}` : `${least} to ${wholeNumber(most as number)}`;
  return `${range} ${most === 1 ? "buyer" : "buyers"}`;
}
