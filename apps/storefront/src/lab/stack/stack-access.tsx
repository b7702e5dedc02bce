import type { ReactNode } from "react";
import { codeOf, sentenceFor } from "../../api/problems.ts";
import { Notice } from "../../layout/notice.tsx";
import { CopyCommand } from "../copy-command.tsx";
import { stackToken } from "./stack-token.ts";

interface StackAccessProps {
  /** What the page does, as the end of a sentence: "explore". */
  to: string;
  /** Does the same in a terminal. */
  command: string;
  /** What the last request was refused with. */
  error?: unknown;
  children: ReactNode;
}

/** Shows its children if this tab has the token that starts processes; otherwise what to do instead. */
export function StackAccess({ to, command, error, children }: StackAccessProps) {
  const code = codeOf(error);
  const inTerminal = (
    <p>
      In a terminal: <CopyCommand command={command} />
    </p>
  );
  if (code === "NO_STACK") {
    return (
      <Notice title={`There is nothing here that could ${to}.`}>
        <p>
          This shop was not started by <code>npm start</code>, which owns the processes.
        </p>
        {inTerminal}
      </Notice>
    );
  }
  if (code === "UNAUTHORIZED" || stackToken() === undefined) {
    const title = code ? "The token is that of an earlier start." : `This tab may not ${to} yet.`;
    return (
      <Notice title={title}>
        <p>
          Open the lab by the address that <code>npm start</code> printed when it was ready. It carries a token, because
          this page starts processes on that machine. In a shop that runs in containers there is none.
        </p>
        {inTerminal}
      </Notice>
    );
  }
  if (error) return <Notice title="That did not work.">{sentenceFor(error)}</Notice>;
  return children;
}
