import { useEffect, useRef } from "react";
import styles from "./check.module.css";

interface CounterexampleProps {
  sentences: readonly string[];
  /** A whole SVG document. */
  svg: string;
  operations: number;
}

/** The shortest part of a history that has no linearization, in sentences and as a drawing. */
export function Counterexample({ sentences, svg, operations }: CounterexampleProps) {
  return (
    <section className={styles.counterexample} aria-label="Counterexample">
      <h2>
        {operations === 1
          ? "One operation that is not linearizable"
          : `${operations} operations that are not linearizable`}
      </h2>
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

/** Inline, so that it uses the page's colours. Only shapes and text are let in, because a history may come from anywhere. */
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
    // On a narrow screen, bring the impossible operation into view.
    const marked = drawing.querySelector<SVGRectElement>("rect[stroke-dasharray]");
    if (marked && place.current) place.current.scrollLeft = marked.getBBox().x - 24;
  }, [svg]);
  return <div ref={place} className={styles.drawing} />;
}
