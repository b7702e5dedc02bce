import { checkHistory, createRecorder, type HistoryEvent } from "@last-unit/checker";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { leaseStoreContract } from "../src/testing/contract.ts";
import type { HistoryRecorder } from "../src/testing/contract-subject.ts";
import { subjects } from "./subjects.ts";

/** The history checker judges what the clients were granted. */
function newRecorder(): HistoryRecorder {
  const history: HistoryEvent[] = [];
  const { invoke } = createRecorder((event) => history.push(event));
  return { invoke, check: () => expect(checkHistory(history, { model: "mutex" }).verdict).toBe("linearizable") };
}

for (const subject of subjects) {
  leaseStoreContract({ afterEach, beforeAll, describe, expect, test }, subject, newRecorder);
}
