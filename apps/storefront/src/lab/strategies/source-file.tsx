import { useClipboard } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { readSource } from "./sources.ts";
import styles from "./strategy-page.module.css";

/** A source file with its path and a button that copies it. */
export function SourceFile({ path }: { path: string }) {
  const { data } = useQuery({ queryKey: ["source", path], queryFn: () => readSource(path), staleTime: Infinity });
  const { copied, copy } = useClipboard({ timeout: 2_000 });
  return (
    <figure className={styles.source}>
      <figcaption>
        <code>{path}</code>
        <button type="button" onClick={() => data && copy(data)} aria-label={`Copy ${path}`}>
          {copied ? "Copied" : "Copy"}
        </button>
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <section tabIndex={0} aria-label={`Code of ${path}`}>
        <pre>
          <code>{data ?? "…"}</code>
        </pre>
      </section>
    </figure>
  );
}
