import { parseArgs } from "node:util";
import { BootstrapError, prepare } from "./bootstrap.mjs";
import { commands } from "./commands.mjs";
import { endSignal, exitCodeOfSignal, listenForSignals } from "./ending.mjs";

const startedAt = Date.now();

/**
 * Runs a command of the table to the end of the process: checks its flags, installs and builds what it needs, then runs
 * `main`, whose result is the exit code. Wrong flags are exit code 2. SIGINT, SIGTERM and SIGHUP abort `signal`, and the
 * exit code is 128 + the signal's number as soon as `main` has stopped what it started.
 *
 * @param {keyof typeof commands} name
 * @param {(given: { args: string[], flags: object, startedAt: number, signal: AbortSignal }) => Promise<number>} main
 *   `args` holds what follows without dashes, or all arguments where the command reads its flags itself.
 * @param {{ endsBySignal?: boolean }} [options] `endsBySignal`: a signal is the regular end, so `main` has the exit code.
 */
export async function runCommand(name, main, { endsBySignal = false } = {}) {
  const { builds = [], stops = false } = commands[name];
  const given = readArguments(name, process.argv.slice(2));
  if ("exitCode" in given) {
    (given.exitCode === 0 ? console.log : console.error)(given.text);
    process.exit(given.exitCode);
  }
  const stopListening = listenForSignals();
  try {
    // A command that reads its flags itself needs its packages for that, but nothing built to print them.
    const asksForHelp = process.argv.slice(2).some((arg) => arg === "--help" || arg === "-h");
    await prepare({ build: asksForHelp ? [] : builds });
    // A command without processes of its own may end at once, also in the middle of a computation.
    if (!stops) stopListening();
    const code = await main({ ...given, startedAt, signal: endSignal });
    process.exit(endsBySignal ? code : (exitCodeOfSignal ?? code));
  } catch (error) {
    if (exitCodeOfSignal) process.exit(exitCodeOfSignal);
    if (!(error instanceof BootstrapError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}

/** The arguments as the table has them, or the text and the exit code with which the command ends at once. */
export function readArguments(name, args) {
  const { flags, operands } = commands[name];
  if (!flags) return { args, flags: {} };
  const options = Object.fromEntries(Object.entries(flags).map(([flag, { type }]) => [flag, { type }]));
  try {
    const { values, positionals } = parseArgs({
      args,
      options: { ...options, help: { type: "boolean", short: "h" } },
      allowPositionals: operands !== undefined,
    });
    if (values.help) return { exitCode: 0, text: usage(name) };
    for (const [flag, { env }] of Object.entries(flags)) {
      if (env && values[flag] !== undefined) process.env[env] = values[flag];
    }
    return { args: positionals, flags: values };
  } catch (error) {
    if (!error.code?.startsWith("ERR_PARSE_ARGS_")) throw error;
    return { exitCode: 2, text: `${error.message.split(/\.\s/)[0].replace(/\.$/, "")}.\n\n${usage(name)}` };
  }
}

/** What `--help` prints. */
export function usage(name) {
  const { about, flags, operands } = commands[name];
  const npm = name === "start" || name === "test" ? `npm ${name}` : `npm run ${name}`;
  const lines = Object.entries({ ...flags, help: { about: "this text" } }).map(([flag, { value, env, about }]) => {
    const sameAs = env ? `, as ${env} in the environment` : "";
    return `  ${`--${flag}${value ? ` ${value}` : ""}`.padEnd(16)}  ${about}${sameAs}`;
  });
  const operandsLine = operands ? `  ${npm} -- ${operands}` : `  ${npm} -- [flags]`;
  return [`${npm}: ${about}.`, "", operandsLine, "", ...lines].join("\n");
}
