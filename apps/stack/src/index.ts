export { type WorkshopAddress, workshopAddressPath } from "./control/workshop-route.ts";
export { type ExplorationStores, startExplorationStores } from "./exploration.ts";
export { type FoundProgram, findProgram } from "./programs/find.ts";
export { ensureProgram } from "./programs/get.ts";
export { type ProgramName, programs } from "./programs/programs.ts";
export { StackError } from "./stack-error.ts";
export { labAddress, type RunningService, readStackFile, type StackFile } from "./stack-file.ts";
export { type StartOptions, type System, startSystem } from "./system.ts";
