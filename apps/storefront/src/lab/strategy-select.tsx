import { useId } from "react";
import type { Strategy } from "../api/types.ts";
import { groupStrategies } from "./strategy-groups.ts";
import { strategyName } from "./strategy-names.ts";
import styles from "./strategy-select.module.css";

/** The race page's groups as a list's options; what cannot be used now is in it, disabled. */
export function StrategyOptions({ strategies }: { strategies: readonly Strategy[] }) {
  return groupStrategies(strategies).map(({ title, strategies: members }) => (
    <optgroup key={title} label={title}>
      {members.map(({ name, available }) => (
        <option key={name} value={name} disabled={!available}>
          {available ? strategyName(name) : `${strategyName(name)} (not available now)`}
        </option>
      ))}
    </optgroup>
  ));
}

interface StrategySelectProps {
  label: string;
  strategies: readonly Strategy[];
  chosen: Strategy;
  disabled: boolean;
  onChange: (name: string) => void;
}

/** A list of strategies, with what the chosen one promises, or why it cannot be used, below. */
export function StrategySelect({ label, strategies, chosen, disabled, onChange }: StrategySelectProps) {
  const id = useId();
  return (
    <div className={styles.side}>
      <label htmlFor={id}>{label}</label>
      <select id={id} value={chosen.name} disabled={disabled} onChange={(event) => onChange(event.currentTarget.value)}>
        <StrategyOptions strategies={strategies} />
      </select>
      <p className={styles.promise} data-safe={chosen.safe}>
        <strong>{chosen.safe ? "Safe." : "Not safe."}</strong>{" "}
        {chosen.available ? firstSentence(chosen.about.idea) : `Not available now: ${chosen.reason ?? ""}`}
      </p>
    </div>
  );
}

const firstSentence = (text: string) => text.match(/^.*?[.:;](?=\s|$)/)?.[0].replace(/[:;]$/, ".") ?? text;
