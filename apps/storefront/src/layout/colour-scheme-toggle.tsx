import { useCallback } from "react";
import { useColourScheme } from "./colour-scheme.ts";
import styles from "./frame.module.css";
import { useShortcut } from "./shortcut.ts";

/** Follows the system until it is used, by click or by the key D; then it remembers. */
export function ColourSchemeToggle() {
  const [scheme, choose] = useColourScheme();
  const other = scheme === "dark" ? "light" : "dark";
  const toggle = useCallback(() => choose(other), [choose, other]);
  useShortcut("d", toggle);
  return (
    <button
      type="button"
      className={styles.scheme}
      aria-label={`Use ${other} colours`}
      aria-keyshortcuts="D"
      title="Key: D"
      onClick={toggle}
    >
      <svg viewBox="0 0 24 24" width="18" height="18" aria-hidden="true">
        <circle cx="12" cy="12" r="8" fill="none" stroke="currentColor" strokeWidth="2" />
        <path d={scheme === "dark" ? "M12 4a8 8 0 0 0 0 16z" : "M12 4a8 8 0 0 1 0 16z"} fill="currentColor" />
      </svg>
    </button>
  );
}
