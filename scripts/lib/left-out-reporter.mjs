import { writeFileSync } from "node:fs";

/**
 * A vitest reporter: writes a list of what was left out because a service is absent, to the file that LEFT_OUT_FILE names.
 * Such a test skips itself while it runs and gives the reason, or has the title `skipped: <reason>`. A test that is not
 * meant for a strategy (`skipIf`) has no reason, and is not listed.
 */
export default class LeftOutReporter {
  /** @type {Map<string, { reason: string, tests: string[] }>} */
  #reasons = new Map();
  /** @type {RegExp | undefined} */
  #wanted;

  onInit(vitest) {
    this.#wanted = vitest.config.testNamePattern;
  }

  onTestCaseResult(test) {
    const { state, note } = test.result();
    const reason = note ?? /^skipped: (.*)/.exec(test.name)?.[1];
    if (state !== "skipped" || !reason) return;
    // Nobody asked for this one, so it is not left out.
    if (this.#wanted && !this.#wanted.test(test.fullName.replaceAll(" > ", " "))) return;
    const entry = this.#reasons.get(reason) ?? { reason, tests: [] };
    entry.tests.push(test.fullName);
    this.#reasons.set(reason, entry);
  }

  onTestRunEnd() {
    writeFileSync(process.env.LEFT_OUT_FILE, JSON.stringify([...this.#reasons.values()]));
  }
}
