import type { Session } from "./session.ts";

/** Reads single keys from the terminal. Without a terminal there are none. */
export function onKeys(session: Session, end: () => void): void {
  const { stdin } = process;
  if (!stdin.isTTY) return;
  stdin.setRawMode(true);
  stdin.setEncoding("utf8");
  let before = "";
  stdin.on("data", (text: string) => {
    // Ctrl-C and Ctrl-D are no signals in raw mode.
    for (const key of text) {
      if (key === "q" || key === "\u0003" || key === "\u0004") return end();
      void act(session, key, before);
      before = key;
    }
  });
}

/** What takes the learner's work, or the task's point, away is done at the second press. */
function act(session: Session, key: string, before: string): Promise<void> | undefined {
  switch (key) {
    case "\r":
    case "\n":
      return session.grade();
    case "t":
      return session.showTask();
    case "h":
      return session.showHint();
    case "e":
      return session.showExplanation();
    case "s":
      return before === "s" ? session.showSolution() : session.say("Press s again to see a solution.");
    case "r":
      return before === "r"
        ? session.reset()
        : session.say("Press r again to put the start back; your file is kept beside it.");
    case "l":
      return session.list();
    case "n":
      return session.move(1);
    case "p":
      return session.move(-1);
    default:
      return undefined;
  }
}
