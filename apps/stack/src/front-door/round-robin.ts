export interface Target {
  name: string;
  url: string;
}

/**
 * Selects replicas round robin. Replicas that are not ready come last instead of being left out: a replica without a
 * database still returns a more specific error than the reverse proxy.
 */
export class RoundRobin<T extends Target> {
  readonly #targets: readonly T[];
  readonly #unready = new Set<string>();
  readonly #isLeaving: (target: T) => boolean;
  #next = 0;

  /** `isLeaving`: whether the target is about to stop, which is known before its readiness has been polled. */
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

  /** All targets, in the sequence in which this request should try them. */
  order(): T[] {
    const from = this.#next++ % this.#targets.length;
    const turned = [...this.#targets.slice(from), ...this.#targets.slice(0, from)];
    const isUnready = (target: T) => this.#unready.has(target.name) || this.#isLeaving(target);
    return [...turned.filter((target) => !isUnready(target)), ...turned.filter(isUnready)];
  }
}
