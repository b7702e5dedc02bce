import { milliseconds, rate, wholeNumber } from "./number-format.ts";
import type { Side } from "./side.ts";
import styles from "./throughput.module.css";

/** Every figure of the chart, and those beside it. */
export function FiguresTable({ sides, crowds }: { sides: readonly [Side, Side]; crowds: readonly number[] }) {
  const measured = crowds.filter((crowd) => sides.some(({ points }) => points.some((point) => point.crowd === crowd)));
  if (measured.length === 0) return null;
  const refusals = sides.some(({ points }) => points.some(({ refused }) => refused > 0));
  const columns = ["units/s", "units sold", "oversold", "median wait", "p99 wait", ...(refusals ? ["rejected"] : [])];
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reachable by keyboard.
    <section className={styles.table} tabIndex={0} aria-label="The figures">
      <table>
        <caption>
          Oversold counts each sale of a unit that another order held; units sold counts each unit once. Waiting is the
          time from a buyer’s request to the response.
          {refusals && " A checkout is rejected if the lock is busy, the request fails or the response is late."}
        </caption>
        <thead>
          <tr>
            <th scope="col" rowSpan={2}>
              Buyers
            </th>
            {sides.map(({ name }) => (
              <th key={name} scope="colgroup" colSpan={columns.length}>
                {name}
              </th>
            ))}
          </tr>
          <tr>
            {sides.map(({ name }) =>
              columns.map((column) => (
                <th key={`${name} ${column}`} scope="col">
                  {column}
                </th>
              )),
            )}
          </tr>
        </thead>
        <tbody>
          {measured.map((crowd) => (
            <tr key={crowd}>
              <th scope="row">{wholeNumber(crowd)}</th>
              {sides.map((side) => (
                <Cells key={side.name} side={side} crowd={crowd} refusals={refusals} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Cells({ side, crowd, refusals }: { side: Side; crowd: number; refusals: boolean }) {
  const point = side.points.find((each) => each.crowd === crowd);
  return (
    <>
      <td>{point ? rate(point.unitsPerSecond) : "–"}</td>
      <td>{point ? wholeNumber(point.units) : "–"}</td>
      <td data-loud={(point?.oversold ?? 0) > 0}>{point ? wholeNumber(point.oversold) : "–"}</td>
      <td>{point ? milliseconds(point.waitMs.p50) : "–"}</td>
      <td>{point ? milliseconds(point.waitMs.p99) : "–"}</td>
      {refusals && <td>{point ? wholeNumber(point.refused) : "–"}</td>}
    </>
  );
}
