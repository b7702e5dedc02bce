/**
 * Restarts the replicas one after the other, so that the others go on serving. All requests that arrive during a restart
 * lead to one more round.
 *
 * @param {Promise<{ replicas: { name: string, restart(): Promise<void> }[], say: (line: string) => void }>} ready resolves
 *   when the replicas run; a request waits for it.
 * @param {AbortSignal} signal no further replica is restarted after it.
 * @returns {{ request(): void, settled(): Promise<void> }} `settled` resolves when no restart is under way.
 */
export function replicaRestarts(ready, signal) {
  let isRequested = false;
  let running;
  const run = async () => {
    const { replicas, say } = await ready;
    while (isRequested && !signal.aborted) {
      isRequested = false;
      await restartAll(replicas, say, signal);
    }
    running = undefined;
  };
  return {
    request() {
      isRequested = true;
      running ??= run();
    },
    settled: async () => running,
  };
}

async function restartAll(replicas, say, signal) {
  try {
    for (const replica of replicas) {
      if (signal.aborted) return;
      await replica.restart();
    }
    say("the API is reloaded");
  } catch (error) {
    // The remaining replicas keep running the previous build; the next change tries again.
    say(`the API is not reloaded. ${error.message}`);
  }
}
