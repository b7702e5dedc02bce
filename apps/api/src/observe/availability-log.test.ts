import { pino } from "pino";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { serviceLog } from "./availability-log.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function listen() {
  const lines: string[] = [];
  const logger = pino({ base: {} }, { write: (line: string) => void lines.push(line) });
  const report = serviceLog("DynamoDB", logger);
  return { report, said: () => lines.splice(0).map((line) => JSON.parse(line).msg as string) };
}

test("one line when it goes, one when it is back, however many operations fail in between", () => {
  const { report, said } = listen();
  report();
  for (let failures = 0; failures < 50; failures += 1) report("It does not answer.");
  expect(said()).toEqual(["DynamoDB cannot be used"]);
  vi.advanceTimersByTime(1_500);
  for (let answers = 0; answers < 50; answers += 1) report();
  expect(said()).toEqual(["DynamoDB is back"]);
});

test("a service that answers every other request is not back", () => {
  const { report, said } = listen();
  for (let turn = 0; turn < 50; turn += 1) {
    report("It throttles.");
    report();
  }
  expect(said()).toEqual(["DynamoDB cannot be used"]);
});

test("another reason is another line", () => {
  const { report, said } = listen();
  report("It does not answer.");
  report("The credential has expired.");
  expect(said()).toEqual(["DynamoDB cannot be used", "DynamoDB cannot be used"]);
});
