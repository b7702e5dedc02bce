import { useEffect, useRef } from "react";
import styles from "./counterexample.module.css";
import { resultOf, type TakenStep, type ToldOrder } from "./steps.ts";

interface StepLanesProps {
  order: ToldOrder;
  /** How many steps have been taken; 0 shows all of them alike. */
  step: number;
  onStep: (step: number) => void;
}

/**
 * Time runs downwards, a lane for each process, the stores' values at the right. It is a table, so that a screen reader reads
 * what the drawing shows.
 */
export function StepLanes({ order: { steps, processes }, step, onStep }: StepLanesProps) {
  const current = useRef<HTMLTableRowElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another step is the reason to look there.
  useEffect(() => {
    current.current?.scrollIntoView({ block: "nearest" });
  }, [step]);
  const values = Object.keys(steps.at(-1)?.values ?? {});
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard has to reach it.
    <section className={styles.scroller} aria-label="Swim lanes" tabIndex={0}>
      <table className={styles.lanes}>
        <thead>
          <tr>
            <th scope="col">
              <span className={styles.hidden}>step</span>
            </th>
            {processes.map(({ letter, name }) => (
              <th key={letter} scope="col">
                {letter} <small>{name}</small>
              </th>
            ))}
            {values.map((name) => (
              <th key={name} scope="col" className={styles.value}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {steps.map((taken, index) => {
            const number = index + 1;
            return (
              <tr
                key={number}
                ref={number === step ? current : undefined}
                data-current={number === step}
                data-later={step > 0 && number > step}
              >
                <th scope="row">
                  <button type="button" onClick={() => onStep(number)} aria-label={`Step ${number}`}>
                    {number}
                  </button>
                </th>
                <Lanes taken={taken} letters={processes.map(({ letter }) => letter)} />
                {values.map((name) => (
                  <td
                    key={name}
                    className={styles.value}
                    data-changed={taken.values?.[name] !== steps[index - 1]?.values?.[name]}
                  >
                    {taken.values?.[name]}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

function Lanes({ taken, letters }: { taken: TakenStep; letters: string[] }) {
  if (!letters.includes(taken.process)) {
    return (
      <td colSpan={letters.length}>
        <Step taken={taken} />
      </td>
    );
  }
  return letters.map((letter) => <td key={letter}>{letter === taken.process && <Step taken={taken} />}</td>);
}

function Step({ taken }: { taken: TakenStep }) {
  return (
    <div className={styles.step} data-waits={taken.blockedBy !== undefined} data-fault={taken.fault !== undefined}>
      {taken.name === "timer" ? "a timer fires" : taken.name} <small>{resultOf(taken)}</small>
    </div>
  );
}
