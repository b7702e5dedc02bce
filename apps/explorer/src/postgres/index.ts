export type { Pausing } from "./lock-waits.ts";
export { openSessions, type Sessions } from "./open-sessions.ts";
export { PostgresSteps } from "./postgres-steps.ts";
