import { type Defect, textbook } from "./textbook.ts";

/** For each case that can fail: the defects that it must find. */
export const defects: readonly { case: number; defect: Defect }[] = [
  { case: 1, defect: "sets without NX" },
  { case: 2, defect: "wants every node" },
  { case: 2, defect: "keeps a won minority when refused" },
  { case: 3, defect: "waits for every node's answer" },
  { case: 4, defect: "does not check the validity" },
  { case: 5, defect: "counts two of five as a majority" },
  { case: 5, defect: "keeps a won minority between tries" },
  { case: 6, defect: "deletes without comparing the owner" },
  { case: 6, defect: "releases only the nodes that had answered" },
  { case: 7, defect: "releases only the nodes that granted" },
  { case: 8, defect: "extends without comparing the owner" },
  { case: 8, defect: "reports every extension as done" },
  { case: 11, defect: "never aborts the routine" },
  { case: 12, defect: "opens a connection for each lock" },
  { case: 12, defect: "waits for ever once a connection was lost" },
];

export default [textbook("textbook"), ...defects.map(({ defect }) => textbook(defect, defect))];
