import type { NodeVote, Votes } from "./lease-store.ts";

/** Counts the nodes' votes. A node that is silent or late counts as unavailable. */
export function votesOf(nodes: NodeVote[]): Votes {
  const count = (...kinds: NodeVote["vote"][]) => nodes.filter(({ vote }) => kinds.includes(vote)).length;
  return { for: count("granted"), against: count("refused"), unavailable: count("silent", "late"), nodes };
}
