import type { Process } from "@last-unit/explorer";

/** The same process, whose steps are taken by another function. */
export const withStep = (process: Process, step: Process["step"]): Process => ({
  name: process.name,
  clock: process.clock,
  remark: (text) => process.remark(text),
  recheck: () => process.recheck(),
  deadlock: (cycle) => process.deadlock(cycle),
  step,
});
