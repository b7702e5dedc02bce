import type { ReactNode } from "react";
import styles from "./notice.module.css";

/** Something the buyer has to know; screen readers announce it. */
export function Notice({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div role="alert" className={styles.notice}>
      <p className={styles.title}>
        <span aria-hidden="true">!</span> {title}
      </p>
      {children && <div>{children}</div>}
    </div>
  );
}
