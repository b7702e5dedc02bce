/**
 * The smallest list that delta debugging (Zeller and Hildebrandt 2002) comes to: parts are left out, large ones first, as long as the rest
 * still fails; in the end no single item can be left out. Earlier items are left out first. O(n²) tests at worst, O(k log n)
 * where k of n remain.
 *
 * @param fails is asked of candidates, never of `items` themselves, which must fail.
 * @param isOver is asked before each test; when it says so, what there is by then is the answer.
 */
export function shrink<T>(
  items: readonly T[],
  fails: (candidate: readonly T[]) => boolean,
  isOver: () => boolean = () => false,
): { items: readonly T[]; isMinimal: boolean } {
  let rest = items;
  for (let size = Math.ceil(items.length / 2); size >= 1; ) {
    let hasShrunk = false;
    for (let start = 0; start < rest.length; ) {
      if (isOver()) return { items: rest, isMinimal: false };
      const candidate = [...rest.slice(0, start), ...rest.slice(start + size)];
      if (candidate.length < rest.length && fails(candidate)) {
        rest = candidate;
        hasShrunk = true;
      } else start += size;
    }
    // The last pass must have left out nothing: what is left after an item may make another one superfluous.
    if (size > 1) size = Math.min(Math.ceil(size / 2), rest.length);
    else if (!hasShrunk) size = 0;
  }
  return { items: rest, isMinimal: true };
}
