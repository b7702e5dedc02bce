import { loadTypeScript } from "./bootstrap.mjs";

/** Every strategy of the catalogue, with its guard; `none` for the database alone. */
export async function loadStrategies() {
  const { strategyCatalogue } = await loadTypeScript("apps/api/src/inventory/strategy-catalogue.ts");
  return strategyCatalogue;
}
