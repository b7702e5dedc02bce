import { pathToFileURL } from "node:url";
import type { Adapter } from "./adapter.ts";

/** The adapters that a module exports as its default. */
export function adaptersOf(module: { default?: Adapter | readonly Adapter[] }): readonly Adapter[] {
  const { default: exported } = module;
  if (!exported) return [];
  return Array.isArray(exported) ? exported : [exported as Adapter];
}

/** @throws Error that says what is wrong with the file. */
export async function loadAdapters(file: string): Promise<readonly Adapter[]> {
  const adapters = adaptersOf(await import(pathToFileURL(file).href));
  if (adapters.length === 0) throw new Error(`${file} has no default export: export one adapter, or an array of them.`);
  for (const { name, open } of adapters) {
    if (typeof name !== "string" || typeof open !== "function") {
      throw new Error(`${file}: an adapter needs a name and a function open.`);
    }
  }
  return adapters;
}
