import { useDocumentTitle } from "@mantine/hooks";
import { Link } from "react-router";
import styles from "./packages.module.css";
import { PackagesTable } from "./packages-table.tsx";
import { report } from "./report.ts";

/** What the conformance test found for each Redlock package: the recorded run. */
export function RedlockPackagesPage() {
  useDocumentTitle("Redlock packages · Last Unit");
  const failed = report.subjects.filter(({ results }) => results.some(({ outcome }) => outcome === "fail"));
  return (
    <div className={styles.page}>
      <h1>Do these packages implement Redlock correctly?</h1>
      <p className={styles.lede}>
        Thirteen cases for each lock, against five Redis instances that hang, lose their data or answer late.{" "}
        {failed.length} of the {report.subjects.length} locks fail at least one.
      </p>
      <PackagesTable report={report} />
      <p className={`muted ${styles.about}`}>
        Recorded on {report.date.slice(0, 10)}
        {report.commit && ` at commit ${report.commit}`}: {report.machine}. Repeat it with{" "}
        <code>npm run conformance</code>; <code>docs/redlock-packages.md</code> has every case’s steps. Which strategy
        of this shop passes which failure scenario is on <Link to="/lab/strategies">Strategies</Link>.
      </p>
    </div>
  );
}
