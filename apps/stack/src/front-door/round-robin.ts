export interface Target {
  name: string;
  url: string;
}

/**
 * Turns over the replicas. Those that say they are not ready come last rather than never: a replica that has lost its
 * database still gives a better answer than the front door could.
 */
export class RoundRobin<T extends Target> {
  readonly #targets: readonly T[];
  readonly #unready = new Set<string>();
  readonly #isLeaving: (target: T) => boolean;
  #next = 0;

  /** `isLeaving`: known to stop taking requests, before anybody has asked it whether it is ready. */
  constructor(targets: readonly T[], isLeaving: (target: T) => boolean = () => false) {
    this.#targets = targets;
    this.#isLeaving = isLeaving;
  }

  get targets(): readonly T[] {
    return this.#targets;
  }

  setReady(name: string, ready: boolean): void {
    if (ready) this.#unready.delete(name);
    else this.#unready.add(name);
  }

  /** Every target once, in the order in which they should be tried for this request. */
  order(): T[] {
    const from = this.#next++ % this.#targets.length;
    const turned = [...this.#targets.slice(from), ...this.#targets.slice(0, from)];
    const isUnready = (target: T) => this.#unready.has(target.name) || this.#isLeaving(target);
    return [...turned.filter((target) => !isUnready(target)), ...turned.filter(isUnready)];
  }
}
