import type { RoundRobin } from "./front-door/round-robin.ts";
import type { ReplicaService } from "./replica.ts";

/**
 * Asks each replica twice a second whether it is ready, and tells the front door. A slow answer is no answer: a replica
 * under load stays in the turn; only a refused connection or a plain "not ready" takes it out.
 *
 * @returns how to end it.
 */
export function watchReadiness(turn: RoundRobin<ReplicaService>, replicas: ReplicaService[]): () => void {
  const asking = new Set<string>();
  const timer = setInterval(() => {
    for (const { name, url, service } of replicas) {
      if (service.state !== "running" && service.state !== "paused") {
        turn.setReady(name, false);
        continue;
      }
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
