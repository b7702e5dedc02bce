/** Something that happens once, and can be waited for. */
export function signal<T>(): { give(value: T): void; given: Promise<T> } {
  let give: (value: T) => void = () => {};
  const given = new Promise<T>((resolve) => {
    give = resolve;
  });
  return { give, given };
}
