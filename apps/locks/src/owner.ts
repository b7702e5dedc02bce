/**
 * The owner token of a lease: `RANDOM@HOLDER`. The random part makes sure that only the holder can release its lock; HOLDER
 * names the process for people who look at the store, and decides nothing.
 */
export const ownerToken = (random: string, holder?: string) => (holder === undefined ? random : `${random}@${holder}`);

/** The process that an owner token names; undefined for a token of another program. */
export function holderOf(owner: string): string | undefined {
  const at = owner.lastIndexOf("@");
  return at < 0 ? undefined : owner.slice(at + 1);
}
