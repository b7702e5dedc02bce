import { NativeSelect } from "@mantine/core";
import type { Strategy } from "../../api/types.ts";
import { groupStrategies } from "../strategy-groups.ts";
import { strategyName } from "../strategy-names.ts";
import styles from "./throughput.module.css";

interface StrategySelectProps {
  label: string;
  strategies: readonly Strategy[];
  chosen: Strategy;
  disabled: boolean;
  onChange: (name: string) => void;
}

/** The race page's groups in a list; what cannot be used now is in it, disabled, and its reason stands below when chosen. */
export function StrategySelect({ label, strategies, chosen, disabled, onChange }: StrategySelectProps) {
  const data = groupStrategies(strategies).map(({ title, strategies: members }) => ({
    group: title,
    items: members.map(({ name, available }) => ({
      value: name,
      label: available ? strategyName(name) : `${strategyName(name)} (not available now)`,
      disabled: !available,
    })),
  }));
  return (
    <div className={styles.side}>
      <NativeSelect
        label={label}
        size="lg"
        data={data}
        value={chosen.name}
        disabled={disabled}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      <p className={styles.promise} data-safe={chosen.safe}>
        <strong>{chosen.safe ? "Safe." : "Not safe."}</strong>{" "}
        {chosen.available ? firstSentence(chosen.about.idea) : `Not available now: ${chosen.reason ?? ""}`}
      </p>
    </div>
  );
}

const firstSentence = (text: string) => text.match(/^.*?[.:;](?=\s|$)/)?.[0].replace(/[:;]$/, ".") ?? text;
