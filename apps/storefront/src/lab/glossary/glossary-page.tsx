import { useDocumentTitle } from "@mantine/hooks";
import { useEffect } from "react";
import { useLocation } from "react-router";
import styles from "./glossary.module.css";
import { glossary } from "./glossary.ts";

/** The terms that the pages use: docs/glossary.md as a page. */
export function GlossaryPage() {
  useDocumentTitle("Glossary · Last Unit");
  const { hash } = useLocation();
  useEffect(() => {
    // The page's code loads after its address, so the browser has not scrolled to the term by itself.
    if (hash) document.getElementById(decodeURIComponent(hash.slice(1)))?.scrollIntoView();
  }, [hash]);
  return (
    <>
      <h1>Glossary</h1>
      {glossary.map(({ title, terms }) => (
        <section key={title} className={styles.part} aria-label={title}>
          <h2>{title}</h2>
          <dl>
            {terms.map((term) => (
              <div key={term.id} id={term.id} data-current={hash === `#${term.id}`}>
                <dt>{term.title}</dt>
                <dd>{term.lines.map(withMarks)}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </>
  );
}

/** A line of Markdown: `code` and _emphasis_ are all that the document uses. */
function withMarks(line: string) {
  const parts = line.split(/(`[^`]+`|_[^_]+_)/);
  return (
    <span key={line}>
      {parts.map((part) => {
        if (part.startsWith("`")) return <code key={part}>{part.slice(1, -1)}</code>;
        return part.startsWith("_") ? <em key={part}>{part.slice(1, -1)}</em> : part;
      })}{" "}
    </span>
  );
}
