const LEAST_TOP = 10;

/** Round marks from 0 to a value at or above `most`, four to six of them. */
export function marksUpTo(most: number): number[] {
  const top = Math.max(most, LEAST_TOP);
  const power = 10 ** Math.floor(Math.log10(top));
  const step = [0.2, 0.5, 1, 2].map((part) => part * power).find((size) => top / size <= 5) ?? power;
  const marks = [0];
  while ((marks.at(-1) as number) < top) marks.push(marks.length * step);
  return marks;
}

/** Where a crowd stands between the smallest (0) and the largest (1), on a logarithmic scale; alone, in the middle. */
export function placeOf(crowd: number, crowds: readonly number[]): number {
  const [least, most] = [Math.log(Math.min(...crowds)), Math.log(Math.max(...crowds))];
  return most === least ? 0.5 : (Math.log(crowd) - least) / (most - least);
}
