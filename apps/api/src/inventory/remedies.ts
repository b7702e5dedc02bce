import type { Outage, Remedy } from "@last-unit/locks";

/** Says how to end an outage of a lock store, in terms of the stack's commands and the API's settings. */
export const remedy: Remedy = ({ service, kind, node, address }) => remedies[service](kind, node, address);

const remedies: Record<Outage["service"], (kind: Outage["kind"], node: number, address?: string) => string> = {
  redis(kind, node, address) {
    if (kind === "credentials") return `Write its password into REDIS_URLS: redis://:PASSWORD@${address}`;
    if (kind === "hanging") return `It hangs. Restart it; one of npm start: npm run service -- restart redis-${node}`;
    return `Start it, or check REDIS_URLS; one of npm start: npm run service -- start redis-${node}`;
  },
  zookeeper: (_kind, node) =>
    `Start a majority of its servers, or check ZOOKEEPER_URL; those of npm start: npm run service -- start zookeeper-${node}`,
  dynamodb(kind, _node, address) {
    if (kind === "refused") return "Check DYNAMODB_ENDPOINT and DYNAMODB_TABLE.";
    if (!address) return "Check the network and AWS_REGION, or set DYNAMODB_ENDPOINT.";
    return "Start it, or set DYNAMODB_ENDPOINT to one that runs; the one of npm start: npm run service -- start dynamodb";
  },
};
