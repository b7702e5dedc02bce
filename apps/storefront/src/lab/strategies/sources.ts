/**
 * The strategies' own source files, as text: what a page shows cannot differ from what runs. Each is fetched when its page
 * opens.
 */
const files = import.meta.glob<string>(
  [
    "../../../../api/src/inventory/writes/*.ts",
    "../../../../api/src/inventory/group-commit.ts",
    "../../../../locks/src/redis/set-nx*.ts",
    "../../../../locks/src/redlock/{redlock,quorum}.ts",
    "../../../../locks/src/zookeeper/zookeeper.ts",
    "../../../../locks/src/dynamodb/lease.ts",
  ],
  { query: "?raw", import: "default" },
);

const guards: Record<string, string> = {
  "set-nx-naive": "locks/src/redis/set-nx-naive.ts",
  "set-nx": "locks/src/redis/set-nx.ts",
  redlock: "locks/src/redlock/redlock.ts",
  quorum: "locks/src/redlock/quorum.ts",
  zookeeper: "locks/src/zookeeper/zookeeper.ts",
  "dynamodb-lease": "locks/src/dynamodb/lease.ts",
};

/** The files of a strategy, the write first, as paths in the repository. */
export function sourcesOf({ name, guard, write }: { name: string; guard: string; write: string }): string[] {
  const own = name === "group-commit" ? ["api/src/inventory/group-commit.ts"] : [];
  const guardFile = guards[guard];
  return [...own, `api/src/inventory/writes/${write}.ts`, ...(guardFile ? [guardFile] : [])].map(
    (path) => `apps/${path}`,
  );
}

/** @throws Error when the build has no such file. */
export async function readSource(path: string): Promise<string> {
  const load = files[`../../../../${path.replace(/^apps\//, "")}`];
  if (!load) throw new Error(`No source at ${path}.`);
  return load();
}
