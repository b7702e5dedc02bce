import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { endProcess, findOrphans, type ProcessRecord } from "./process-record.ts";

const run = promisify(execFile);

/** Ends what a killed stack left behind: replicas first, so that nothing writes while the database closes. */
export async function endOrphans(record: ProcessRecord, report: (line: string) => void): Promise<void> {
  const recorded = await record.readEarlier();
  const orphans = await findOrphans(recorded);
  if (orphans.length > 0) {
    report(`ending ${orphans.length} processes that an earlier, killed start left behind`);
    const isReplica = ({ name }: { name: string }) => name.startsWith("replica-");
    await Promise.all(orphans.filter(isReplica).map((orphan) => endProcess(orphan, 4000)));
    await Promise.all(orphans.filter((orphan) => !isReplica(orphan)).map((orphan) => endProcess(orphan, 10_000)));
  }
  for (const { container } of recorded) {
    // The client is gone or has been ended; a container that it left behind is not its child and has to be named.
    if (container) await run("docker", ["rm", "--force", container]).catch(() => undefined);
  }
  await record.clear();
}
