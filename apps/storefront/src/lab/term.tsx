import type { ReactNode } from "react";
import { Link } from "react-router";
import styles from "./term.module.css";

/** A term of the field at its first use on a page, with its explanation one click away. `id` is the glossary's anchor. */
export function Term({ id, children }: { id: string; children: ReactNode }) {
  return (
    <Link to={`/lab/glossary#${id}`} className={styles.term}>
      {children}
    </Link>
  );
}
