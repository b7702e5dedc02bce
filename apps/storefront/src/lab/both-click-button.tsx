import { useEffect } from "react";
import styles from "./lab.module.css";

interface BothClickButtonProps {
  shoppers: number;
  disabled: boolean;
  onClick: () => void;
}

/** The largest button. The space bar presses it from anywhere but a control that wants the key itself. */
export function BothClickButton({ shoppers, disabled, onClick }: BothClickButtonProps) {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.code !== "Space" || event.repeat || disabled) return;
      if (
        (event.target as Element).closest("button, a, input, textarea, select, summary, [role=slider], [tabindex='0']")
      )
        return;
      event.preventDefault();
      onClick();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [disabled, onClick]);
  return (
    <button type="button" className={styles.both} aria-disabled={disabled} onClick={() => disabled || onClick()}>
      <span>
        {shoppers > 2 ? `All ${shoppers}` : "Both"} <span className={styles.together}>click now</span>
      </span>
      <small>space bar</small>
    </button>
  );
}
