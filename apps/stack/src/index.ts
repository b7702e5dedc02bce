export { type ExplorationStores, startExplorationStores } from "./exploration.ts";
export { reportsFolder } from "./home.ts";
export { type FoundProgram, findProgram } from "./programs/find.ts";
export { ensureProgram } from "./programs/get.ts";
export { type ProgramName, programs } from "./programs/programs.ts";
export { readSettings } from "./settings.ts";
export { StackError } from "./stack-error.ts";
export { type RunningService, readStackFile, type StackFile } from "./stack-file.ts";
export { type StartOptions, type System, startSystem } from "./system.ts";
