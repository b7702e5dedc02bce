/**
 * A pattern for vitest's `--testNamePattern`: titles that hold this strategy's name as a whole. `redlock` is in neither
 * `redlock+row-lock` nor `quorum-redlock`.
 *
 * @param {string} name
 */
export const namePattern = (name) => `(?<![\\w+-])${name.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?![\\w+-])`;
