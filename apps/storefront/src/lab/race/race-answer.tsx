import { type ReactNode, useEffect } from "react";
import type { Verdict } from "../../api/types.ts";
import { plural } from "../../format.ts";
import { onStage } from "../stage.ts";
import { type VerdictWords, verdictWords } from "../verdict-words.ts";
import { answeredMs, type Race } from "./lanes.ts";
import styles from "./race.module.css";
import type { RaceState } from "./use-race.ts";

interface RaceButtonProps {
  buyers: number;
  /** While it is under way, the race cannot be started again. */
  under: "idle" | "racing…" | "fetching the race…";
  /** Smaller, beside an answer. */
  again?: boolean;
  onClick: () => void;
}

/**
 * The largest button of the page. The space bar presses it from anywhere but a control that wants the key itself; on a stage
 * the first race is also started by a remote's key.
 */
export function RaceButton({ buyers, under, again = false, onClick }: RaceButtonProps) {
  const disabled = under !== "idle";
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const isRemote = event.key === "PageDown" && !again && onStage();
      if ((event.code !== "Space" && !isRemote) || event.repeat || disabled) return;
      const own = "button, a, input, textarea, select, summary, [role=slider], [tabindex='0'], :popover-open";
      if ((event.target as Element).closest(own)) return;
      event.preventDefault();
      onClick();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [disabled, again, onClick]);
  const words = again ? "Race again" : buyers > 2 ? `All ${buyers} click now` : "Both click now";
  return (
    <button
      type="button"
      className={again ? styles.again : styles.both}
      aria-disabled={disabled}
      onClick={() => disabled || onClick()}
    >
      <span>{words}</span> <small>{disabled ? under : "space bar"}</small>
    </button>
  );
}

interface RaceAnswerProps {
  state: Pick<RaceState, "verdict" | "running" | "fetching">;
  race: Race;
  name: string;
  strategyIsSafe: boolean;
  /** The button whose place the answer takes: it stays in the page, beside the answer, so that the focus stays on it. */
  button?: ReactNode;
}

/** The button, then the answer in its place. The live region is always there, so that its change is announced. */
export function RaceAnswer({ state, race, name, strategyIsSafe, button }: RaceAnswerProps) {
  const { verdict } = state;
  const words = verdict && verdictWords(verdict, race, strategyIsSafe);
  const waiting = wordsFor(state);
  return (
    <div className={styles.answer}>
      <div role="status" aria-label={`Result: ${name}`} className={styles.live}>
        {waiting !== "idle" && !verdict && <p className={button ? styles.hidden : styles.racing}>{waiting}</p>}
        {verdict && words && <Answer words={words} verdict={verdict} race={race} />}
      </div>
      {button}
    </div>
  );
}

export const wordsFor = ({ running, fetching }: RaceAnswerProps["state"]): RaceButtonProps["under"] =>
  fetching ? "fetching the race…" : running ? "racing…" : "idle";

/** Headlines of more characters than these are set smaller, to fit on one line. */
const LONG = 14;

function Answer({
  words: { tone, headline, sentence },
  verdict,
  race,
}: {
  words: VerdictWords;
  verdict: Verdict;
  race: Race;
}) {
  const took = answeredMs(race);
  return (
    <div className={styles.verdict} data-tone={tone}>
      <p className={styles.headline} data-long={headline.length > LONG || undefined}>
        <span aria-hidden="true">{tone === "good" ? "✓" : tone === "bad" ? "✗" : "~"}</span> {headline}
      </p>
      <p className={styles.sentence}>{sentence}</p>
      <p className={styles.figures}>
        {plural(verdict.initialStock, "unit")} in stock · {verdict.unitsSold} sold ·{" "}
        <b data-loud={verdict.unitsOversold > 0}>{verdict.unitsOversold} oversold</b>
        {took !== undefined && ` · ${Math.round(took).toLocaleString("en")} ms`}
      </p>
    </div>
  );
}
