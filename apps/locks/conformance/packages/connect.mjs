import { once } from "node:events";
import { Redis } from "ioredis";

/**
 * The connections of every package. A node that is down answers with an error within 0.4 s, and a command that meets a lost
 * connection is sent again on the next one. There is no `commandTimeout`: a deadline for each node is the algorithm's part.
 */
export async function connect(urls) {
  const nodes = urls.map((url) => new Redis(url, { maxRetriesPerRequest: 3, retryStrategy: () => 100 }));
  for (const node of nodes) node.on("error", () => {});
  await Promise.all(nodes.map((node) => once(node, "ready")));
  return nodes;
}

export function disconnect(nodes) {
  for (const node of nodes) node.disconnect();
}

/** The packages count tries, at 200 ms each as they come. */
export const retries = (waitMs) => Math.ceil(waitMs / 200);
