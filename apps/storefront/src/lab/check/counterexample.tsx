import { useEffect, useRef } from "react";
import styles from "./check.module.css";

interface CounterexampleProps {
  sentences: readonly string[];
  /** A whole SVG document. */
  svg: string;
  operations: number;
}

/** The shortest piece of a history that no order of events explains, told and drawn. */
export function Counterexample({ sentences, svg, operations }: CounterexampleProps) {
  return (
    <section className={styles.counterexample} aria-label="Counterexample">
      <h2>{operations === 1 ? "One call that nothing explains" : `${operations} calls that no order explains`}</h2>
      {sentences.map((sentence) => (
        <p key={sentence} className={styles.told}>
          {sentence}
        </p>
      ))}
      <Drawing svg={svg} />
    </section>
  );
}

const allowed = new Set(["svg", "title", "g", "rect", "line", "text"]);

/** Inline, so that it takes the page's colours. Only shapes and text get in: a history comes from anywhere. */
function Drawing({ svg }: { svg: string }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    place.current?.replaceChildren();
    const drawing = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
    for (const element of [drawing, ...drawing.querySelectorAll("*")]) {
      const harmful = [...element.attributes].some(({ name }) => /^on|href|style/i.test(name));
      if (harmful || !allowed.has(element.localName)) return;
    }
    place.current?.replaceChildren(drawing);
    // On a narrow screen the call that is impossible has to be in view.
    const marked = drawing.querySelector<SVGRectElement>("rect[stroke-dasharray]");
    if (marked && place.current) place.current.scrollLeft = marked.getBBox().x - 24;
  }, [svg]);
  return <div ref={place} className={styles.drawing} />;
}
