import { type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes, useId } from "react";
import styles from "./field.module.css";

interface About {
  label: string;
  description?: ReactNode;
  /** Why the value cannot be used. */
  error?: string;
}

/** A text field with its label, a hint above it, and its error below. */
export function TextField({ label, description, error, ...input }: About & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId();
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      {description && <p id={`${id}-hint`}>{description}</p>}
      <input
        id={id}
        type="text"
        aria-describedby={description ? `${id}-hint` : undefined}
        aria-invalid={error !== undefined}
        aria-errormessage={error === undefined ? undefined : `${id}-error`}
        {...input}
      />
      {error !== undefined && (
        <p id={`${id}-error`} className={styles.error}>
          {error}
        </p>
      )}
    </div>
  );
}

export function SelectField({ label, children, ...select }: About & SelectHTMLAttributes<HTMLSelectElement>) {
  const id = useId();
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      <select id={id} {...select}>
        {children}
      </select>
    </div>
  );
}
