import { ACTIONS, type Action, type ServiceStatus } from "../control/control.ts";
import { readSettings } from "../settings.ts";
import { StackError } from "../stack-error.ts";
import { readStackFile } from "../stack-file.ts";

const USAGE = `npm run service -- list
npm run service -- kill|stop|start|restart|pause|resume NAME   (for example: kill postgres, pause replica-1, start redis-2)`;

/** `npm run service`: injects a fault into a service of the running system, or ends it. Resolves to the exit code. */
export async function service(root: string, args: string[]): Promise<number> {
  try {
    const [action = "list", name] = args;
    if (action !== "list" && (!ACTIONS.includes(action as Action) || !name)) {
      console.error(USAGE);
      return 2;
    }
    const { home } = readSettings(process.env, root);
    const running = await readStackFile(home);
    if (!running) throw new StackError(`Nothing runs in ${home}. Start it with npm start, or name its LAST_UNIT_HOME.`);
    const path = action === "list" ? "/services" : `/services/${encodeURIComponent(name as string)}/${action}`;
    const answer = await ask(
      `${running.control.url}${path}`,
      action === "list" ? "GET" : "POST",
      running.control.token,
    );
    for (const status of Array.isArray(answer) ? answer : [answer]) {
      console.log(`${status.name.padEnd(14)} ${status.state.padEnd(11)} ${status.pid ?? "-"}`);
    }
    return 0;
  } catch (error) {
    if (!(error instanceof StackError)) throw error;
    console.error(error.message);
    return 1;
  }
}

async function ask(url: string, method: string, token: string): Promise<ServiceStatus | ServiceStatus[]> {
  let response: Response;
  try {
    response = await fetch(url, { method, headers: { authorization: `Bearer ${token}` } });
  } catch (error) {
    throw new StackError(
      "The system that stack.json describes does not answer; it was probably killed. Type: npm start",
      {
        cause: error,
      },
    );
  }
  const body = (await response.json()) as { detail?: string };
  if (!response.ok) throw new StackError(body.detail ?? `The control answered ${response.status}.`);
  return body as unknown as ServiceStatus | ServiceStatus[];
}
