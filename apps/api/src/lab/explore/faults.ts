import type { RunFault } from "@last-unit/explorer";
import { type CatalogueEntry, strategyCatalogue } from "../../inventory/strategy-catalogue.ts";
import type { ExploredShops, ShopFaults } from "./explored-shops.ts";
import { MAJORITY } from "./lost-votes.ts";

export interface FaultKind {
  readonly name: string;
  /** By which schedules name it. */
  readonly letters: string;
  /** What happens, in a sentence. */
  readonly about: string;
  /** Whether it can happen at all under a strategy. Absent: under each. */
  isFor?(strategy: CatalogueEntry): boolean;
  /** Whether it makes a strategy sell a unit twice, although its lock works. Absent: never. */
  breaks?(strategy: CatalogueEntry): boolean;
  /** What may happen now, if these processes are about to take a step. */
  possible(faults: ShopFaults, beforeStep: readonly string[]): readonly RunFault[];
}

const isGuarded = ({ guard }: CatalogueEntry) => guard !== "none";
const needsRedis = ({ guard }: CatalogueEntry) => ["set-nx-naive", "set-nx", "redlock", "quorum"].includes(guard);
const needsOneNode = ({ guard }: CatalogueEntry) => guard === "set-nx-naive" || guard === "set-nx";
/** Nothing but the lock protects the row. */
const isLockAlone = ({ write }: CatalogueEntry) => write === "read-check-write";

const pauseOf = (faults: ShopFaults, letter: string, process: string): RunFault => ({
  letter,
  process,
  name: `${process} pauses, and its lease runs out`,
  perform: () => faults.pause(process),
});

/** In the sequence in which a reader understands them. */
export const faultKinds = [
  {
    name: "pause",
    letters: "p",
    about: "A holder pauses directly before a step, and its lease runs out.",
    isFor: isGuarded,
    breaks: isLockAlone,
    possible: (faults, beforeStep) =>
      beforeStep.filter((process) => faults.holdsLease(process)).map((process) => pauseOf(faults, "p", process)),
  },
  {
    name: "early-pause",
    letters: "e",
    about:
      "A holder pauses before it has checked for the last time whether its lease is valid, and the lease runs out.",
    isFor: isGuarded,
    breaks: ({ guard }) => guard === "set-nx-naive",
    possible: (faults, beforeStep) =>
      beforeStep
        .filter((process) => faults.holdsLease(process) && !faults.hasChecked(process))
        .map((process) => pauseOf(faults, "e", process)),
  },
  {
    name: "crash",
    letters: "c",
    about: "A process stops for ever. Its connection is closed and its lease runs out.",
    possible: (faults, beforeStep) =>
      beforeStep.map((process) => ({
        letter: "c",
        process,
        name: `${process} crashes; its connection closes`,
        isCrash: true,
        perform: () => faults.crash(process),
      })),
  },
  {
    name: "lost-answer",
    letters: "ln",
    about: "The answer of PostgreSQL is lost with its connection, and the statements were carried out, or not.",
    // The flights themselves offer it.
    possible: () => [],
  },
  {
    name: "amnesia",
    letters: "f",
    about: "One lock node loses its memory.",
    isFor: needsRedis,
    breaks: (strategy) => needsOneNode(strategy) && isLockAlone(strategy),
    possible: (faults) =>
      faults.isAnyLeaseHeld
        ? [{ letter: "f", name: "lock node 1 forgets everything", perform: () => faults.forget(1) }]
        : [],
  },
  {
    name: "majority-amnesia",
    letters: "m",
    about: `${MAJORITY} of the lock nodes lose their memory at the same moment.`,
    isFor: needsRedis,
    breaks: isLockAlone,
    possible: (faults) =>
      faults.isAnyLeaseHeld
        ? [
            {
              letter: "m",
              name: `lock nodes 1 to ${MAJORITY} forget everything`,
              perform: () => faults.forget(MAJORITY),
            },
          ]
        : [],
  },
  {
    name: "lost-votes",
    letters: "uvw",
    about: `The answers of one or ${MAJORITY} lock nodes to an acquire are lost, or it never arrives there.`,
    isFor: needsRedis,
    breaks: ({ guard }) => guard === "set-nx-naive",
    // The acquires themselves offer it.
    possible: () => [],
  },
  {
    name: "terminate",
    letters: "t",
    about: "PostgreSQL ends the server process of a buyer in a transaction (`pg_terminate_backend`).",
    possible: (faults, beforeStep) =>
      beforeStep
        .filter((process) => faults.isInTransaction(process))
        .map((process) => ({
          letter: "t",
          process,
          name: `PostgreSQL ends ${process}'s session`,
          perform: () => faults.terminate(process),
        })),
  },
] as const satisfies readonly FaultKind[];

export type FaultName = (typeof faultKinds)[number]["name"];

/** Whether a strategy is said to sell no unit twice although this goes wrong. */
export const survives = (strategy: CatalogueEntry, fault: FaultKind | undefined): boolean =>
  strategy.safe && !fault?.breaks?.(strategy);

/** Whether a strategy is expected to sell a unit twice because of this fault. */
export function isBrokenBy(strategy: string, fault: string | undefined): boolean {
  const kind: FaultKind | undefined = faultKinds.find(({ name }) => name === fault);
  const entry = strategyCatalogue.find(({ name }) => name === strategy);
  return entry !== undefined && kind?.breaks?.(entry) === true;
}

/** What may go wrong before the next step of an execution. */
export const faultsOf =
  ({ faults }: ExploredShops, kind: FaultKind, hasBegun: (process: string) => boolean) =>
  (beforeStep: readonly string[]): readonly RunFault[] =>
    kind.possible(faults, beforeStep.filter(hasBegun));
