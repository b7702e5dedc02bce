/** What the stamp of a shopper says who got nothing, by the answer's code. */
export function refusalStamp(code: string): { above: string; word: string } {
  if (code === "OUT_OF_STOCK") return { above: "sold out", word: "sorry" };
  if (code === "LOCK_LOST") return { above: "not bought", word: "lock lost" };
  if (code === "LOCK_BUSY") return { above: "not bought", word: "too busy" };
  return { above: "not bought", word: "try again" };
}
