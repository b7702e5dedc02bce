export interface Mutant {
  name: string;
  path: string;
  strategy: string;
  scenario: string;
  /** The fault without which it does not show. */
  faults?: string;
  about: string;
}

export function readMutants(): Promise<Mutant[]>;
export function whyNotApplied(mutant: Mutant): Promise<string | undefined>;
export function buildMutant(mutant: Mutant): Promise<{ program: string; remove(): Promise<void> }>;
