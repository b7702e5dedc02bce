import { useClipboard } from "@mantine/hooks";
import styles from "./copy-command.module.css";

/** A command for the terminal, with a button that copies it. */
export function CopyCommand({ command }: { command: string }) {
  const { copied, error, copy } = useClipboard({ timeout: 2_000 });
  return (
    <span className={styles.command}>
      <code>{command}</code>
      <button type="button" onClick={() => copy(command)} aria-label={`Copy the command ${command}`}>
        {error ? "Select it" : copied ? "Copied" : "Copy"}
      </button>
    </span>
  );
}
