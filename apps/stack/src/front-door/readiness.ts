import type { RoundRobin, Target } from "./round-robin.ts";

/**
 * Polls each replica's readiness twice a second. A timeout changes nothing, so that a replica under load stays in the
 * rotation; only a refused connection or a "not ready" response removes it.
 *
 * @returns a function that stops the polling.
 */
export function watchReadiness(turn: RoundRobin<Target>): () => void {
  const asking = new Set<string>();
  const timer = setInterval(() => {
    for (const { name, url } of turn.targets) {
      if (asking.has(name)) continue;
      asking.add(name);
      fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2000) })
        .then(async (response) => {
          await response.arrayBuffer();
          turn.setReady(name, response.ok);
        })
        .catch((error: Error) => {
          if (error.name !== "TimeoutError") turn.setReady(name, false);
        })
        .finally(() => asking.delete(name));
    }
  }, 500);
  timer.unref();
  return () => clearInterval(timer);
}
