import type { Database } from "../../db/client.ts";
import type { Interval } from "./stopwatch.ts";

export interface Answer extends Interval {
  runId: string;
  attempt: string;
  observer: "client" | "replica";
  shopper: string;
  replica: string;
  quantity: number;
  outcome: string;
  orderId?: string;
  unitNumbers: number[];
  waitedMs: number;
}

/**
 * Stores the response that each buyer of a run got. Responses that arrive while a batch is being written form the next
 * batch, so that many concurrent buyers cost few inserts. Each `keep` resolves when its response is stored.
 */
export function answerBook(database: Database, onError: (error: unknown) => void) {
  let next: { answers: Answer[]; written: Promise<void> } | undefined;
  let writing: Promise<void> = Promise.resolve();

  async function write(answers: Answer[]): Promise<void> {
    try {
      await database.labAnswer.createMany({ data: answers });
    } catch (error) {
      onError(error);
    }
  }

  return {
    keep(answer: Answer): Promise<void> {
      if (!next) {
        const batch: Answer[] = [];
        writing = writing.then(() => {
          next = undefined;
          return write(batch);
        });
        next = { answers: batch, written: writing };
      }
      next.answers.push(answer);
      return next.written;
    },
    flush: () => writing,
  };
}
