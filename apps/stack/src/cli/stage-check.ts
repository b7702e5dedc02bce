/** One line of `npm run doctor -- --stage`. */
export interface Check {
  title: string;
  passed: boolean;
  found: string;
  /** What to do if it did not pass. */
  remedy: string;
}
