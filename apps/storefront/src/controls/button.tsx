import type { ButtonHTMLAttributes, ReactNode } from "react";
import { Link } from "react-router";
import styles from "./button.module.css";

interface Look {
  /** `default` stands back behind the page's main button. */
  variant?: "main" | "default";
  size?: "xs" | "md" | "lg";
  fullWidth?: boolean;
}

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement>, Look {
  /** Waits for an answer: it cannot be pressed, and shows that it waits. */
  loading?: boolean;
}

export function Button({
  variant = "main",
  size = "md",
  fullWidth = false,
  loading = false,
  disabled = false,
  className = "",
  children,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      className={`${styles.button} ${className}`}
      data-variant={variant}
      data-size={size}
      data-full-width={fullWidth || undefined}
      data-loading={loading || undefined}
      disabled={disabled || loading}
      {...rest}
    >
      {children}
    </button>
  );
}

/** A link that looks like the page's main button. */
export function ButtonLink({ to, size = "md", fullWidth, children }: Look & { to: string; children: ReactNode }) {
  return (
    <Link
      className={styles.button}
      data-variant="main"
      data-size={size}
      data-full-width={fullWidth || undefined}
      to={to}
    >
      {children}
    </Link>
  );
}
