import { type KeyboardEvent, useState } from "react";
import { typedQuantity } from "./availability.ts";
import styles from "./shop.module.css";

interface QuantityInputProps {
  /** The field's name for screen readers. */
  label: string;
  /** What is counted, in the buttons' names. */
  of: string;
  value: number;
  max: number;
  onChange: (quantity: number) => void;
}

/** A whole number from 1 to `max`. Typing is free; what was typed counts when the field is left or Enter is pressed. */
export function QuantityInput({ label, of, value, max, onChange }: QuantityInputProps) {
  const [draft, setDraft] = useState<string>();
  const commit = () => {
    if (draft === undefined) return;
    setDraft(undefined);
    const typed = typedQuantity(draft, max);
    if (typed !== undefined && typed !== value) onChange(typed);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter") commit();
    if (event.key === "Escape") setDraft(undefined);
  };
  return (
    <div className={styles.quantity}>
      <button
        type="button"
        aria-label={`One fewer ${of}`}
        disabled={value <= 1}
        onClick={() => onChange(Math.max(1, Math.min(value - 1, max)))}
      >
        −
      </button>
      <input
        aria-label={label}
        inputMode="numeric"
        autoComplete="off"
        value={draft ?? String(value)}
        disabled={max < 1}
        onChange={(event) => setDraft(event.currentTarget.value)}
        onBlur={commit}
        onKeyDown={onKeyDown}
      />
      <button type="button" aria-label={`One more ${of}`} disabled={value >= max} onClick={() => onChange(value + 1)}>
        +
      </button>
    </div>
  );
}
