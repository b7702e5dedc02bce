import { randomUUID } from "node:crypto";
import type { Bench, Build } from "../figure.ts";
import { withDatabase } from "../products.ts";
import { cloneCommit, installPackages, root } from "./clone.ts";
import { startByCommand } from "./start-by-command.ts";

/** What a build needs of the bench. */
type Around = Pick<Bench, "system" | "report" | "signal">;

/** This checkout; its database is the one of the bench. It starts in the same way as the one that it is compared with. */
export const openThisBuild = (bench: Around): Build => ({
  name: "this build",
  root,
  databaseUrl: bench.system.file.postgres.url,
  start: (settings) =>
    startByCommand({ bench, folder: root, databaseUrl: bench.system.file.postgres.url, ...settings }),
  remove: async () => {},
});

/**
 * Another commit, in a temporary clone. Installing its packages and building it takes a minute or more.
 *
 * @throws Error if there is no such commit, or if it does not start.
 */
export async function openOtherBuild(bench: Around, ref: string): Promise<Build> {
  const { commit, folder, remove: removeFolder } = await cloneCommit(ref, bench);
  const { url } = bench.system.file.postgres;
  const database = `build_${randomUUID().slice(0, 8)}`;
  const databaseUrl = url.replace(/\/[^/]*$/, `/${database}`);
  const remove = async () => {
    await withDatabase(url, (client) => client.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`));
    await removeFolder();
  };
  try {
    await withDatabase(url, (client) => client.query(`CREATE DATABASE ${database}`));
    const start: Build["start"] = (settings) => startByCommand({ bench, folder, databaseUrl, ...settings });
    const name = commit.slice(0, 7);
    bench.report(`installing the packages of ${name} …`);
    await installPackages(folder, bench);
    bench.report(`building ${name} …`);
    await (await start({ replicas: 1 })).stop();
    return { name, root: folder, databaseUrl, start, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
