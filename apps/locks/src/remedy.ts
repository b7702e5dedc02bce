/** A service that cannot be used now. */
export interface Outage {
  /** `credentials`: the service refuses the password. `refused`: it refuses the request, and would do so again. */
  kind: "unreachable" | "hanging" | "credentials" | "refused";
  service: "redis" | "zookeeper" | "dynamodb";
  /** Counted from 1 among the nodes that the store was given. */
  node: number;
  /** `host:port` or a URL, where the store knows it. */
  address?: string;
}

/** Says in one sentence what a person can do about an outage, for `availability().reason`. */
export type Remedy = (outage: Outage) => string;

const sentences: Record<Outage["kind"], string> = {
  unreachable: "Start it, or check its address and the network.",
  hanging: "It hangs: restart it.",
  credentials: "Connect with its password.",
  refused: "Check the address and the table's name.",
};

export const defaultRemedy: Remedy = ({ kind }) => sentences[kind];
