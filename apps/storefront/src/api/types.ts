import type { components } from "./schema.d.ts";

type Schemas = components["schemas"];

export type Product = Schemas["Product"];
export type Order = Schemas["Order"];
export type Problem = Schemas["Problem"];
export type Strategy = Schemas["Strategy"];
export type Run = Schemas["Run"];
export type Verdict = Schemas["Verdict"];
export type System = Schemas["System"];
export type Replay = Schemas["Replay"];
export type RaceEvent = Schemas["RaceEvent"];
export type Matrix = Schemas["Matrix"];
export type Sales = Schemas["Sales"];
export type LoadReport = Schemas["LoadReport"];
export type LockReport = Schemas["LockReport"];
export type Lock = Schemas["Lock"];
