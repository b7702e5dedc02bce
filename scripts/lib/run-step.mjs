import { runProcess } from "./run-process.mjs";

/** What a person can put right: shown as a sentence, without a stack trace. */
export class BootstrapError extends Error {
  name = "BootstrapError";
}

/**
 * Runs a command, says what it does, that it is still at it every 4 s, and how long it took.
 *
 * @param {string} what "installing the npm packages"
 * @param {[file: string, args: string[], options?: { cwd?: string, env?: Record<string, string> }]} command
 * @param {(line: string) => void} say
 * @throws {BootstrapError} with the end of its output when it fails.
 */
export async function runStep(what, [file, args, options = {}], say) {
  const startedAt = Date.now();
  const seconds = () => ((Date.now() - startedAt) / 1000).toFixed(1);
  say(`${what} …`);
  const heartbeat = setInterval(() => say(`still ${what} (${seconds()} s)`), 4000);
  let output = "";
  const onOutput = (part) => {
    output = (output + part).slice(-20_000);
  };
  try {
    const env = { ...process.env, ...options.env, CI: "1", NO_COLOR: "1" };
    const code = await runProcess(file, args, { ...options, env, onOutput });
    if (code !== 0) throw new Error(output.trim().split("\n").slice(-25).join("\n") || `it ended with code ${code}`);
  } catch (error) {
    const command = [file, ...args].join(" ");
    throw new BootstrapError(`${what} failed. The command was: ${command}\n${error.message}`, { cause: error });
  } finally {
    clearInterval(heartbeat);
  }
  say(`${what}: done (${seconds()} s)`);
}
