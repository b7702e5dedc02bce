/** Says how far a strategy has come: one line that is rewritten on a terminal, a line every few seconds in a log. */
export function progressLine(label: string, total: number, out: NodeJS.WriteStream = process.stdout) {
  const everyMs = out.isTTY ? 100 : 3_000;
  let said = Date.now();
  return {
    update(done: number) {
      if (Date.now() - said < everyMs) return;
      said = Date.now();
      const text = `  ${label}  ${done}/${total} checkouts`;
      out.write(out.isTTY ? `\r\x1b[K${text}` : `${text}\n`);
    },
    end(text: string) {
      out.write(`${out.isTTY ? "\r\x1b[K" : ""}  ${text}\n`);
    },
  };
}
