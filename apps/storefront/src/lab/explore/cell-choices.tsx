import { strategyName } from "../strategy-names.ts";
import type { Choices } from "./choices.ts";
import styles from "./explore.module.css";
import type { Wanted } from "./use-exploration.ts";

interface CellChoicesProps {
  choices: Choices;
  wanted: Wanted;
  disabled: boolean;
  onChange: (change: Record<string, string | undefined>) => void;
}

/** The strategy, the scenario, and what may go wrong in it. */
export function CellChoices({ choices: { strategies }, wanted, disabled, onChange }: CellChoicesProps) {
  const cells = strategies.find(({ name }) => name === wanted.strategy)?.cells ?? [];
  const scenarios = [...new Set(cells.map(({ scenario }) => scenario))];
  const faults = cells.filter(({ scenario }) => scenario === wanted.scenario).map(({ fault }) => fault);
  const inWords = (name: string) => name.replaceAll("-", " ");
  return (
    <div className={styles.choices}>
      <label>
        Strategy
        <select
          value={wanted.strategy}
          disabled={disabled}
          onChange={(event) => onChange({ strategy: event.currentTarget.value })}
        >
          {strategies.map(({ name }) => (
            <option key={name} value={name}>
              {strategyName(name)}
            </option>
          ))}
        </select>
      </label>
      <label>
        Scenario
        <select
          value={wanted.scenario}
          disabled={disabled}
          onChange={(event) => onChange({ scenario: event.currentTarget.value, fault: undefined })}
        >
          {scenarios.map((name) => (
            <option key={name} value={name}>
              {inWords(name)}
            </option>
          ))}
        </select>
      </label>
      {faults.some(Boolean) && (
        <label>
          Fault
          <select
            value={wanted.fault ?? ""}
            disabled={disabled}
            onChange={(event) => onChange({ fault: event.currentTarget.value || undefined })}
          >
            {faults.map((name = "") => (
              <option key={name} value={name}>
                {name === "" ? "none" : inWords(name)}
              </option>
            ))}
          </select>
        </label>
      )}
    </div>
  );
}
