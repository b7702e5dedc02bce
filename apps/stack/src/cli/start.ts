import { relative } from "node:path";
import pc from "picocolors";
import { readSettings } from "../settings.ts";
import { StackError } from "../stack-error.ts";
import { labAddress } from "../stack-file.ts";
import { type System, startSystem } from "../system.ts";

/** What `npm run dev` runs in addition to the system. */
export interface Development {
  /** The address of the pages, instead of the reverse proxy's. */
  url: string;
  /** Called before the system stops. */
  stop(): Promise<void>;
}

/**
 * `npm start`: runs the system until Ctrl-C or SIGTERM. Resolves to the exit code.
 *
 * @param develop called when the system is ready; starts what runs in addition.
 */
export async function start(
  root: string,
  startedAt: number,
  develop?: (system: System, say: (line: string) => void) => Promise<Development>,
): Promise<number> {
  const colours = pc.createColors(process.stdout.isTTY === true && !process.env.NO_COLOR);
  const say = (line: string) => {
    const seconds = `${((Date.now() - startedAt) / 1000).toFixed(1)} s`.padStart(8);
    console.log(`${colours.dim(seconds)}  ${line}`);
  };
  const { askedToStop, signal } = listenForTheEnd(say);
  let system: System | undefined;
  try {
    const { home, port, replicas, lockNodeRestartDelayMs } = readSettings(process.env, root);
    system = await startSystem({
      home,
      port,
      replicas,
      lockNodeRestartDelayMs,
      labToken: process.env.LAB_TOKEN || undefined,
      report: say,
      signal,
    });
    const development = await develop?.(system, say);
    const url = development?.url ?? system.url;
    const setting = port === 3000 ? "" : ` -- --url ${system.url}`;
    console.log(`
${colours.bold(colours.green(`Last Unit is ready: ${url}`))}

  the shop        ${url}
  the lab         ${labAddress(url, system.file.control)}   (two buyers, one last unit)
  the comparison  npm run load${setting}   (in a second terminal)

  The lab's address has a token in it: anyone who opens it can start processes here. Don't share it.
  Logs: ${shown(home)}/logs/. Inject faults into a service: npm run service -- list. Ctrl-C stops everything.
`);
    await askedToStop;
    const stoppingAt = Date.now();
    await development?.stop();
    await system.stop();
    say(`stopped in ${((Date.now() - stoppingAt) / 1000).toFixed(1)} s; the data stays in ${shown(home)}`);
    return 0;
  } catch (error) {
    await system?.stop();
    if (signal.aborted) {
      say("stopped before it was ready");
      return 0;
    }
    if (!(error instanceof StackError)) throw error;
    console.error(colours.red(error.message));
    return 1;
  }
}

/** A folder for display: relative to the current folder if it is inside it, otherwise absolute. */
const shown = (folder: string) => {
  const path = relative(process.cwd(), folder) || ".";
  return path.startsWith("..") ? folder : path;
};

/** The first Ctrl-C stops the system gracefully. Another one, at least a second later, exits immediately. */
function listenForTheEnd(say: (line: string) => void) {
  const abort = new AbortController();
  let firstAt = 0;
  const askedToStop = new Promise<void>((done) => {
    const onSignal = (name: NodeJS.Signals) => {
      // npm forwards the Ctrl-C that the terminal has already sent, so an immediate second signal is the same Ctrl-C.
      if (firstAt > 0 && Date.now() - firstAt > 1000) {
        say("stopping at once; the next start cleans up");
        process.exit(1);
      }
      if (firstAt > 0) return;
      firstAt = Date.now();
      say(`${name}: finishing the open requests, then stopping everything (Ctrl-C again to stop at once)`);
      abort.abort();
      done();
    };
    for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, onSignal);
  });
  return { askedToStop, signal: abort.signal };
}
