/** Of the data: from the client to the server, or back. */
export type Direction = "requests" | "answers";

export const directions = ["requests", "answers"] as const;

/** What happens to one request. */
export type Fate =
  /** It is carried out, and the connection ends instead of the answer. */
  | "lose-answer"
  /** The server never sees it: the proxy answers. */
  | { answer: Buffer }
  /** It is carried out. Called when the server has answered and before the client knows. */
  | { beforeAnswer(): "lose-answer" | undefined };

/** The faults that are in force between the clients of a proxy and its server. */
export class Faults {
  readonly hung = new Set<Direction>();
  /** What is sent that way disappears. */
  readonly lost = new Set<Direction>();
  /** How many messages have disappeared. */
  readonly losses: Record<Direction, number> = { requests: 0, answers: 0 };
  /** How many answers were passed on. */
  answers = 0;
  readonly delayMs: Record<Direction, number> = { requests: 0, answers: 0 };
  /** Connections are refused. */
  isCut = false;

  hang(direction: Direction | "both"): void {
    for (const each of of(direction)) this.hung.add(each);
  }

  cut(direction: Direction | "both"): void {
    if (direction === "both") this.isCut = true;
    else this.lost.add(direction);
  }

  delay(ms: number, direction: Direction | "both"): void {
    for (const each of of(direction)) this.delayMs[each] = ms;
  }

  heal(): void {
    this.hung.clear();
    this.lost.clear();
    this.delay(0, "both");
    this.isCut = false;
  }
}

const of = (direction: Direction | "both") => (direction === "both" ? directions : [direction]);
