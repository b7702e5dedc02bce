import { Alert } from "@mantine/core";
import type { ReactNode } from "react";

/** Something the shopper has to know, said aloud by screen readers. */
export function Notice({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <Alert
      role="alert"
      title={title}
      my="md"
      icon={
        <span aria-hidden="true" style={{ fontWeight: 800 }}>
          !
        </span>
      }
      styles={{
        root: { background: "var(--red-wash)", borderColor: "var(--red)" },
        icon: { color: "var(--red)" },
        title: { color: "var(--red)" },
        message: { color: "var(--ink)" },
      }}
    >
      {children}
    </Alert>
  );
}
