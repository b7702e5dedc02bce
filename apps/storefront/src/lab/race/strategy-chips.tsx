import { useId } from "react";
import type { Strategy } from "../../api/types.ts";
import styles from "../lab.module.css";
import { groupStrategies, type StrategyGroup } from "../strategy-groups.ts";
import { strategyName } from "../strategy-names.ts";

interface StrategyChipsProps {
  label: string;
  strategies: readonly Strategy[];
  value: string;
  onChange: (name: string) => void;
}

/** All strategies to choose from, grouped by the service that keeps their lock. */
export function StrategyChips({ label, strategies, ...choice }: StrategyChipsProps) {
  return (
    <fieldset className={styles.chips}>
      <legend className={styles.legend}>{label}</legend>
      {groupStrategies(strategies).map((group) => (
        <ChipGroup key={group.title} label={label} group={group} {...choice} />
      ))}
    </fieldset>
  );
}

interface ChipGroupProps extends Omit<StrategyChipsProps, "strategies"> {
  group: StrategyGroup;
}

function ChipGroup({ label, group, value, onChange }: ChipGroupProps) {
  const reasonId = useId();
  return (
    <div className={styles.chipGroup}>
      <span className={styles.chipGroupTitle}>
        {group.title}
        <small>{group.needs}</small>
      </span>
      <div className={styles.chipRow}>
        {group.strategies.map(({ name, available, default: isDefault }) => (
          <label key={name} className={styles.chip} data-disabled={!available || undefined}>
            <input
              type="radio"
              name={label}
              value={name}
              checked={name === value}
              disabled={!available}
              aria-describedby={available ? undefined : reasonId}
              onChange={() => onChange(name)}
            />
            {strategyName(name)}
            {isDefault && <small> default</small>}
          </label>
        ))}
        {group.unavailable.length > 0 && (
          <div id={reasonId} className={styles.unavailable}>
            {group.unavailable.map(({ names, reason }) => (
              <p key={reason}>
                <strong>Not available now{names.length < group.strategies.length && `: ${named(names)}`}.</strong>{" "}
                {reason}
              </p>
            ))}
          </div>
        )}
      </div>
    </div>
  );
}

const named = (names: readonly string[]) => names.map(strategyName).join(", ");
