import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { client, unwrap } from "../../api/client.ts";
import type { LabHeaders } from "../lab-access.tsx";
import { strategyName } from "../strategy-names.ts";
import { strategyPath } from "../strategy-path.ts";
import styles from "./replays.module.css";
import { replayPath } from "./replays-page.tsx";

/** The same history under every other strategy that it applies to, with what the last measurement found. */
export function SameSteps({
  scenario,
  strategy,
  headers,
}: {
  scenario: string;
  strategy: string;
  headers: LabHeaders;
}) {
  const { data } = useQuery({
    queryKey: ["matrix", headers],
    queryFn: ({ signal }) => unwrap(client.GET("/api/lab/matrix", { signal, headers })),
  });
  const others = (data?.cells ?? []).filter(
    (cell) => cell.scenario === scenario && (cell.result === "survives" || cell.result === "loses"),
  );
  return (
    <nav className={styles.same} aria-label="The same scenario under other strategies">
      {others.length > 1 && (
        <>
          <h2>The same scenario under</h2>
          <ul>
            {others.map(({ strategy: other, result }) => (
              <li key={other}>
                <Link to={replayPath(scenario, other)} aria-current={other === strategy ? "page" : undefined}>
                  {strategyName(other)}
                  <span data-result={result}>
                    {" "}
                    <span aria-hidden="true">{result === "survives" ? "✓" : "✗"}</span>{" "}
                    <small>{result === "survives" ? "passes" : "fails"}</small>
                  </span>
                </Link>
              </li>
            ))}
          </ul>
        </>
      )}
      <p>
        <Link to={`/lab?strategy=${encodeURIComponent(strategy)}`}>Race with {strategyName(strategy)}</Link>
        {" · "}
        <Link to={strategyPath(strategy)}>Its code</Link>
        {" · "}
        <Link to="/lab/strategies">All strategies, side by side</Link>
      </p>
    </nav>
  );
}
