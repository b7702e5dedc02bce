import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { endProcess, findOrphans, type ProcessRecord, type RecordedProcess } from "./process-record.ts";

const run = promisify(execFile);

/** Ends the processes of a killed stack that its watcher has not ended. */
export async function endOrphans(record: ProcessRecord, report: (line: string) => void): Promise<void> {
  const recorded = await record.readEarlier();
  const ended = await endRecorded(recorded);
  if (ended > 0) report(`ended ${ended} processes that an earlier, killed start left behind`);
  await record.clear();
}

/**
 * Ends the recorded processes that still run: replicas first, so that no one writes while the database shuts down.
 *
 * @returns how many there were.
 */
export async function endRecorded(recorded: RecordedProcess[]): Promise<number> {
  const orphans = await findOrphans(recorded);
  const isReplica = ({ name }: RecordedProcess) => name.startsWith("replica-") || name === "front-door";
  await Promise.all(orphans.filter(isReplica).map((orphan) => endProcess(orphan, 4000)));
  await Promise.all(orphans.filter((orphan) => !isReplica(orphan)).map((orphan) => endProcess(orphan, 10_000)));
  for (const { container } of recorded) {
    // The Docker client has ended. Its container is not a child process, so it is removed by name.
    if (container) await run("docker", ["rm", "--force", container]).catch(() => undefined);
  }
  return orphans.length;
}
