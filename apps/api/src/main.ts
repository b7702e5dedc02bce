import { pino } from "pino";
import { readEnv } from "./config.ts";
import { startReplica } from "./replica.ts";

/** Longer than any request may take. A supervisor may kill the process earlier. */
const STOP_BOUND_MS = 20_000;

async function main(): Promise<void> {
  const env = readEnv(process.env);
  // Log lines are written asynchronously, in batches under load, and flushed when the process exits.
  const lines = pino.destination({ sync: false });
  const logger = pino({ level: env.LOG_LEVEL, base: { replica: env.REPLICA_NAME } }, lines);
  const replica = await startReplica(env, logger);
  logger.info({ url: replica.url }, "the replica is listening");

  let stopping = false;
  const stop = (signal: NodeJS.Signals) => {
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, "finishing the requests under way");
    setTimeout(() => process.exit(1), STOP_BOUND_MS).unref();
    replica.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error({ err: error }, "the replica did not stop cleanly");
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
