import { useId, useState } from "react";
import type { Strategy } from "../../api/types.ts";
import { strategyName } from "../strategy-names.ts";
import styles from "./race.module.css";
import { StrategyChips } from "./strategy-chips.tsx";

const atFirstSight = ["unlocked", "row-lock", "redlock+row-lock"];

interface StrategyPickerProps {
  strategies: readonly Strategy[];
  value: string;
  onChange: (name: string) => void;
}

/** Three strategies and the chosen one; the others are one click away. */
export function StrategyPicker({ strategies, value, onChange }: StrategyPickerProps) {
  const id = useId();
  const [open, setOpen] = useState(false);
  const shown = strategies.filter(({ name }) => atFirstSight.includes(name) || name === value);
  const choose = (name: string) => {
    document.getElementById(id)?.hidePopover();
    onChange(name);
  };
  return (
    <div className={styles.picker}>
      <fieldset className={styles.segments}>
        <legend className={styles.hidden}>Strategy</legend>
        {shown.map(({ name, available }) => (
          <label key={name} className={styles.segment}>
            <input
              type="radio"
              name="strategy"
              value={name}
              checked={name === value}
              disabled={!available && name !== value}
              onChange={() => onChange(name)}
            />
            {strategyName(name)}
          </label>
        ))}
        <button type="button" className={styles.more} popoverTarget={id}>
          {strategies.length - shown.length} more <span aria-hidden="true">▾</span>
        </button>
      </fieldset>
      <div
        id={id}
        popover="auto"
        className={styles.popover}
        role="dialog"
        aria-label="All strategies"
        onBeforeToggle={({ newState }) => setOpen(newState === "open")}
      >
        {open && <StrategyChips label="All strategies" strategies={strategies} value={value} onChange={choose} />}
      </div>
    </div>
  );
}
