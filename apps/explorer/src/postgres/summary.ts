/** A statement in a few words: what it does to which table. The same for every execution, whatever the parameters. */
export function summaryOf(text: string): string {
  const statement = text.replace(/--.*$/gm, "").replace(/\s+/g, " ").trim();
  const verb = statement.split(" ", 1)[0]?.toUpperCase() ?? "";
  const advisory = /\bpg_(try_)?advisory_\w+/i.exec(statement)?.[0];
  if (advisory) return advisory;
  if (verb === "SELECT") {
    const lock = / FOR (NO KEY UPDATE|UPDATE|SHARE|KEY SHARE)\b( SKIP LOCKED| NOWAIT)?/i.exec(statement)?.[0] ?? "";
    const from = / FROM ([\w".]+)/i.exec(statement)?.[1];
    return from ? `SELECT FROM ${from}${lock.toUpperCase()}` : shortened(statement);
  }
  const changes = [...statement.matchAll(/\b(INSERT INTO|UPDATE(?! SET\b)|DELETE FROM|MERGE INTO) ([\w".]+)/gi)];
  if (changes.length > 0) return changes.map(([, what, table]) => `${what?.toUpperCase()} ${table}`).join(" and ");
  return shortened(statement);
}

const shortened = (text: string) => (text.length > 60 ? `${text.slice(0, 59)}…` : text);

/** A flight of several statements in a few words. */
export const summaryOfFlight = (texts: readonly string[]): string => texts.map(summaryOf).join("; ");
