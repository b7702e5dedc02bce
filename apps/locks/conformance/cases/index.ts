import type { Case } from "../case.ts";
import { mutualExclusion } from "./01-mutual-exclusion.ts";
import { deadNodes } from "./02-dead-nodes.ts";
import { hungNode } from "./03-hung-node.ts";
import { lateMajority } from "./04-late-majority.ts";
import { splitVotes } from "./05-split-votes.ts";
import { ownerOnlyRelease } from "./06-owner-only-release.ts";
import { lostAnswer } from "./07-lost-answer.ts";
import { extension } from "./08-extension.ts";
import { forgetfulNode } from "./09-forgetful-node.ts";
import { clockJump } from "./10-clock-jump.ts";
import { pausedHolder } from "./11-paused-holder.ts";
import { lostConnections } from "./12-lost-connections.ts";
import { contention } from "./13-contention.ts";

export const cases: readonly Case[] = [
  mutualExclusion,
  deadNodes,
  hungNode,
  lateMajority,
  splitVotes,
  ownerOnlyRelease,
  lostAnswer,
  extension,
  forgetfulNode,
  clockJump,
  pausedHolder,
  lostConnections,
  contention,
];
