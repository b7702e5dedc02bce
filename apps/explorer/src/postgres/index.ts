export { openSessions, type Sessions } from "./open-sessions.ts";
export { type Pausing, PostgresSteps } from "./postgres-steps.ts";
