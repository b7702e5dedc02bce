import { SHORT_CROWDS, USUAL_CROWDS } from "./settings.ts";
import styles from "./throughput.module.css";

interface StepsChoiceProps {
  crowds: readonly number[];
  disabled: boolean;
  /** Without a value, the usual steps. */
  onChange: (crowds: string | undefined) => void;
}

/** How many steps are measured: a few for a lesson, or all. Others may stand in the address. */
export function StepsChoice({ crowds, disabled, onChange }: StepsChoiceProps) {
  const chosen = crowds.join();
  return (
    <fieldset className={styles.steps} disabled={disabled}>
      <legend>Steps</legend>
      {[
        { name: "short", value: SHORT_CROWDS.join(), write: SHORT_CROWDS.join() },
        { name: "full", value: USUAL_CROWDS.join(), write: undefined },
      ].map(({ name, value, write }) => (
        <label key={name}>
          <input type="radio" name="steps" checked={chosen === value} onChange={() => onChange(write)} /> {name}
        </label>
      ))}
    </fieldset>
  );
}
