import { relative } from "node:path";
import pc from "picocolors";
import { readSettings } from "../settings.ts";
import { StackError } from "../stack-error.ts";
import { startSystem } from "../system.ts";

/** `npm start`: the system until Ctrl-C or SIGTERM. Resolves with the exit code. */
export async function start(root: string, startedAt: number): Promise<number> {
  const colours = pc.createColors(process.stdout.isTTY === true && !process.env.NO_COLOR);
  const say = (line: string) => {
    const seconds = `${((Date.now() - startedAt) / 1000).toFixed(1)} s`.padStart(8);
    console.log(`${colours.dim(seconds)}  ${line}`);
  };
  const { askedToStop, signal } = listenForTheEnd(say);
  try {
    const { home, port, replicas, lockNodeRestartDelayMs } = readSettings(process.env, root);
    const system = await startSystem({
      home,
      port,
      replicas,
      lockNodeRestartDelayMs,
      labToken: process.env.LAB_TOKEN || undefined,
      report: say,
      signal,
    });
    const setting = port === 3000 ? "" : ` -- --url ${system.url}`;
    console.log(`
${colours.bold(colours.green(`Last Unit is ready: ${system.url}`))}

  the shop        ${system.url}
  the race        ${system.url}/lab   (two shoppers, one last unit)
  the comparison  npm run load${setting}   (in a second terminal)

  Logs: ${shown(home)}/logs/. Harm a service: npm run service -- list. Ctrl-C stops everything.
`);
    await askedToStop;
    const stoppingAt = Date.now();
    await system.stop();
    say(`stopped in ${((Date.now() - stoppingAt) / 1000).toFixed(1)} s; the data stays in ${shown(home)}`);
    return 0;
  } catch (error) {
    if (signal.aborted) {
      say("stopped before it was ready");
      return 0;
    }
    if (!(error instanceof StackError)) throw error;
    console.error(colours.red(error.message));
    return 1;
  }
}

/** A folder as a person would write it here. */
const shown = (folder: string) => {
  const path = relative(process.cwd(), folder) || ".";
  return path.startsWith("..") ? folder : path;
};

/** One Ctrl-C stops in order; another one, a second later or more, gives up on order. */
function listenForTheEnd(say: (line: string) => void) {
  const abort = new AbortController();
  let firstAt = 0;
  const askedToStop = new Promise<void>((done) => {
    const onSignal = (name: NodeJS.Signals) => {
      // npm passes a Ctrl-C on that the terminal has sent us already, so a second one at once is the same one.
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
