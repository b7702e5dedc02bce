export interface Replica {
  name: string;
  restart(): Promise<void>;
}
export function replicaRestarts(
  ready: Promise<{ replicas: Replica[]; say: (line: string) => void }>,
  signal: AbortSignal,
): { request(): void; settled(): Promise<void> };
