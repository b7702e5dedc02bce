import { chown, cp, lstat, mkdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "../supervise/service-spec.ts";
import type { PostgresBinaries } from "./binaries.ts";

/**
 * A way to run PostgreSQL. It refuses to run as root, yet containers and CI machines are root, often in a folder that no
 * other user may enter (`mktemp -d`). The ways are tried in this order; each is judged by a real `initdb`.
 */
export interface RunAs {
  name: "same-user" | "user-namespace" | "other-user" | "other-user-with-capabilities";
  /** Prepares and returns the binaries to use; the data folder's parent exists and is root's. */
  prepare(binaries: PostgresBinaries): Promise<PostgresBinaries>;
  /** Gives a fresh folder to whoever will own the data. */
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

/** Inside, the process is user 1000; outside it is still root, so every path is reachable and every file root's own. */
const userNamespace: RunAs = {
  name: "user-namespace",
  prepare: asTheyAre,
  own: nobodysBusiness,
  wrap: (file, args) => ({ file: "unshare", args: ["--user", "--map-user=1000", "--map-group=1000", file, ...args] }),
};

/** A plain change of user, for containers that forbid namespaces. Works where that user may enter the folders. */
const otherUser = (uid: number, gid: number): RunAs => ({
  name: "other-user",
  prepare: asTheyAre,
  own: (folder) => chown(folder, uid, gid),
  wrap: (file, args) => ({ file, args, uid, gid }),
});

/**
 * Another user that may pass locked folders. PostgreSQL looks for its own binaries with access(2), which ignores
 * capabilities, so these are copied to where everybody may read.
 */
const otherUserWithCapabilities = (uid: number, gid: number): RunAs => ({
  name: "other-user-with-capabilities",
  async prepare({ root }) {
    const copy = "/var/tmp/last-unit-postgresql-18.4";
    const draft = `${copy}.${process.pid}`;
    // Anybody may write to /var/tmp: only a folder of root's own is trusted.
    const there = await lstat(copy).catch(() => undefined);
    if (there && (!there.isDirectory() || there.uid !== 0 || (there.mode & 0o022) !== 0)) {
      throw new Error(`${copy} is there and not root's own`);
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

/** The ways that are worth trying for this user, best first. */
export async function waysToRun(): Promise<RunAs[]> {
  if (process.getuid?.() !== 0) return [sameUser];
  const { uid, gid } = await unprivilegedUser();
  return [userNamespace, otherUser(uid, gid), otherUserWithCapabilities(uid, gid)];
}

/** The user `postgres` where there is one, else `nobody`. */
async function unprivilegedUser(): Promise<{ uid: number; gid: number }> {
  const users = (await readFile("/etc/passwd", "utf8").catch(() => "")).split("\n").map((line) => line.split(":"));
  const user = users.find(([name]) => name === "postgres") ?? users.find(([name]) => name === "nobody");
  return { uid: Number(user?.[2] ?? 65_534), gid: Number(user?.[3] ?? 65_534) };
}
