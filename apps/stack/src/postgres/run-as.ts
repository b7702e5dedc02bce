import { chown, cp, lstat, mkdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "../supervise/service-spec.ts";
import type { PostgresBinaries } from "./binaries.ts";

/**
 * A way to run PostgreSQL, which refuses to run as root. Containers and CI machines run as root, often in a folder that no
 * other user may enter (`mktemp -d`). The ways are tried in sequence; the first one whose `initdb` succeeds is used.
 */
export interface RunAs {
  name: "same-user" | "user-namespace" | "other-user" | "other-user-with-capabilities";
  /** Prepares and returns the binaries. The data folder's parent must exist and belong to root. */
  prepare(binaries: PostgresBinaries): Promise<PostgresBinaries>;
  /** Makes the user who runs PostgreSQL the owner of a new folder. */
  own(folder: string): Promise<void>;
  wrap(file: string, args: string[]): Pick<Command, "file" | "args" | "uid" | "gid">;
}

const asTheyAre = async (binaries: PostgresBinaries) => binaries;
const nobodysBusiness = async () => {};

export const sameUser: RunAs = {
  name: "same-user",
  prepare: asTheyAre,
  own: nobodysBusiness,
  wrap: (file, args) => ({ file, args }),
};

/**
 * Inside the namespace the process is user 1000; outside it is root, so it can reach every path, and its files belong
 * to root.
 */
const userNamespace: RunAs = {
  name: "user-namespace",
  prepare: asTheyAre,
  own: nobodysBusiness,
  wrap: (file, args) => ({ file: "unshare", args: ["--user", "--map-user=1000", "--map-group=1000", file, ...args] }),
};

/** Changes the user, for containers that forbid namespaces. Works if that user may enter the folders. */
const otherUser = (uid: number, gid: number): RunAs => ({
  name: "other-user",
  prepare: asTheyAre,
  own: (folder) => chown(folder, uid, gid),
  wrap: (file, args) => ({ file, args, uid, gid }),
});

/**
 * Changes the user and adds the capability to enter all folders. PostgreSQL finds its binaries with access(2), which ignores
 * capabilities, so they are copied to a folder that everybody may read.
 */
const otherUserWithCapabilities = (uid: number, gid: number): RunAs => ({
  name: "other-user-with-capabilities",
  async prepare({ root }) {
    const copy = "/var/tmp/last-unit-postgresql-18.4";
    const draft = `${copy}.${process.pid}`;
    // Any user may write to /var/tmp, so the copy is used only if it belongs to root.
    const there = await lstat(copy).catch(() => undefined);
    if (there && (!there.isDirectory() || there.uid !== 0 || (there.mode & 0o022) !== 0)) {
      throw new Error(`${copy} exists and does not belong to root`);
    }
    if (!there) {
      await mkdir(draft, { recursive: true, mode: 0o755 });
      await cp(root, draft, { recursive: true, verbatimSymlinks: true });
      await rename(draft, copy).catch(() => rm(draft, { recursive: true, force: true }));
    }
    return { root: copy, initdb: join(copy, "bin/initdb"), postgres: join(copy, "bin/postgres") };
  },
  own: (folder) => chown(folder, uid, gid),
  wrap: (file, args) => ({
    file: "setpriv",
    args: [
      `--reuid=${uid}`,
      `--regid=${gid}`,
      "--clear-groups",
      "--inh-caps=+dac_override,+dac_read_search",
      "--ambient-caps=+dac_override,+dac_read_search",
      file,
      ...args,
    ],
  }),
});

/** The ways that may work for the current user, best first. */
export async function waysToRun(): Promise<RunAs[]> {
  if (process.getuid?.() !== 0) return [sameUser];
  const { uid, gid } = await unprivilegedUser();
  return [userNamespace, otherUser(uid, gid), otherUserWithCapabilities(uid, gid)];
}

/** The user `postgres` if it exists, otherwise `nobody`. */
async function unprivilegedUser(): Promise<{ uid: number; gid: number }> {
  const users = (await readFile("/etc/passwd", "utf8").catch(() => "")).split("\n").map((line) => line.split(":"));
  const user = users.find(([name]) => name === "postgres") ?? users.find(([name]) => name === "nobody");
  return { uid: Number(user?.[2] ?? 65_534), gid: Number(user?.[3] ?? 65_534) };
}
