import { useQuery } from "@tanstack/react-query";
import recorded from "../../../../../load-tests/measured/load.json";
import { client, unwrap } from "../../api/client.ts";
import type { LoadReport } from "../../api/types.ts";
import { dateAndTime, plural } from "../../format.ts";
import { CopyCommand } from "../copy-command.tsx";
import type { LabHeaders } from "../lab-access.tsx";
import { strategyName } from "../strategy-names.ts";
import { milliseconds, rate, wholeNumber } from "./number-format.ts";
import styles from "./throughput.module.css";

/** What the last `npm run load` measured on this machine; until there is one, what was recorded with this version. */
export function LastLoad({ headers }: { headers: LabHeaders }) {
  const own = useQuery({
    queryKey: ["load-report", headers],
    queryFn: ({ signal }) => unwrap(client.GET("/api/lab/load-report", { signal, headers })),
    retry: false,
  });
  if (own.isPending) return null;
  const { conditions, results }: LoadReport = own.data ?? recorded;
  const { startedAt, commit, rounds, buyers, stock, clients, replicas, thinkTimeMs, machine, database } = conditions;
  return (
    <section className={styles.lastLoad} aria-labelledby="last-load">
      <h2 id="last-load">{own.data ? "The last npm run load here" : "A recorded npm run load"}</h2>
      <p>
        {dateAndTime(startedAt)}
        {commit && (
          <>
            , commit <code>{commit}</code>
          </>
        )}
        . {plural(rounds, "round")}: {wholeNumber(buyers)} buyers, {wholeNumber(stock)} units of one product, {clients}{" "}
        at a time, {plural(replicas, "replica")}, {thinkTimeMs} ms between read and write. {database}; {machine}. Repeat
        it: <CopyCommand command="npm run load" />
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reachable by keyboard. */}
      <section className={styles.table} tabIndex={0} aria-label="Every strategy under load">
        <table>
          <thead>
            <tr>
              {["Strategy", "oversold", "units sold", "units/s", "median", "p99", "errors"].map((column) => (
                <th key={column} scope="col">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {results.map(({ strategy, verdict, unitsPerSecond, summary, errors }) => (
              <tr key={strategy}>
                <th scope="row">{strategyName(strategy)}</th>
                <td data-loud={verdict.unitsOversold > 0}>{wholeNumber(verdict.unitsOversold)}</td>
                <td>{wholeNumber(verdict.unitsSold - verdict.unitsOversold)}</td>
                <td>{rate(unitsPerSecond)}</td>
                <td>{milliseconds(summary.latencyMs.p50)}</td>
                <td>{milliseconds(summary.latencyMs.p99)}</td>
                <td>{wholeNumber(errors)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}
