import type { Strategy } from "../api/types.ts";
import styles from "./lab.module.css";
import { strategyName } from "./strategy-names.ts";

interface StrategyChipsProps {
  label: string;
  strategies: readonly Strategy[];
  value: string;
  onChange: (name: string) => void;
}

export function StrategyChips({ label, strategies, value, onChange }: StrategyChipsProps) {
  return (
    <fieldset className={styles.chips}>
      <legend className={styles.legend}>{label}</legend>
      {strategies.map(({ name, available, reason, default: isDefault }) => (
        <label key={name} className={styles.chip} title={reason ?? undefined} data-disabled={!available || undefined}>
          <input
            type="radio"
            name={label}
            value={name}
            checked={name === value}
            disabled={!available}
            onChange={() => onChange(name)}
          />
          {strategyName(name)}
          {isDefault && <small> default</small>}
          {!available && <small> {reason ?? "not available"}</small>}
        </label>
      ))}
    </fieldset>
  );
}
