import pc from "picocolors";
import { whyPortIsTaken } from "../free-port.ts";
import { readSettings } from "../settings.ts";
import { StackError } from "../stack-error.ts";
import { readStackFile } from "../stack-file.ts";
import { type AskedSystem, ask } from "./ask-system.ts";
import type { Check } from "./stage-check.ts";
import { pageChecks } from "./stage-pages.ts";
import { raceChecks } from "./stage-races.ts";

/**
 * `npm run doctor -- --stage`: tests the running system before a talk. Resolves to the exit code: 0 if everything passed, 1
 * with what to do otherwise, 2 for a wrong screen size.
 */
export async function doctorStage(root: string, screenFlag = "1280x720"): Promise<number> {
  const [, width, height] = /^([1-9]\d{2,3})x([1-9]\d{2,3})$/.exec(screenFlag) ?? [];
  if (!width || !height) {
    console.error(`--screen=${screenFlag} is not a size such as 1280x720.`);
    return 2;
  }
  const colours = pc.createColors(process.stdout.isTTY === true && !process.env.NO_COLOR);
  let hasFailed = false;
  const print = ({ title, passed, found, remedy }: Check) => {
    hasFailed ||= !passed;
    console.log(`${passed ? colours.green("ok    ") : colours.red("FAILED")}  ${title.padEnd(24)}  ${found}`);
    if (!passed) console.log(`        ${" ".repeat(24)}  → ${remedy}`);
  };
  try {
    const { home, port } = readSettings(process.env, root);
    const running = await readStackFile(home);
    if (!running) {
      const taken = await whyPortIsTaken(port);
      const found = `nothing runs in ${home}; port ${port} is ${taken ? "taken by another program" : "free"}`;
      const remedy = taken ? "npm start -- --port N, with another port" : "npm start";
      print({ title: "system", passed: false, found, remedy });
      return 1;
    }
    const system = { url: running.url, token: running.labToken };
    for (const check of await systemChecks(system, running.replicas.length)) print(check);
    for (const check of await raceChecks(system)) print(check);
    for (const check of await pageChecks(system, { width: Number(width), height: Number(height) })) print(check);
  } catch (error) {
    if (!(error instanceof StackError)) throw error;
    print({
      title: "system",
      passed: false,
      found: error.message,
      remedy: "npm run service -- list, or npm start again",
    });
  }
  console.log(hasFailed ? "\nNot ready for the stage: see the lines marked FAILED." : "\nReady for the stage.");
  return hasFailed ? 1 : 0;
}

async function systemChecks(system: AskedSystem, replicas: number): Promise<Check[]> {
  const { lockNodes } = await ask<{ lockNodes: { answering: number; total: number } }>(system, "GET", "/api/system");
  const { port } = new URL(system.url);
  const addresses = await Promise.all(
    [`http://127.0.0.1:${port}`, `http://localhost:${port}`].map(async (url) =>
      ask({ url }, "GET", "/healthz").then(
        () => undefined,
        () => url,
      ),
    ),
  );
  const silent = addresses.filter((url) => url !== undefined);
  return [
    {
      title: "port",
      passed: silent.length === 0,
      found: silent.length === 0 ? `${system.url} answers` : `${silent.join(", ")} does not answer`,
      remedy: "npm run service -- restart front-door",
    },
    {
      title: "services",
      passed: lockNodes.answering === lockNodes.total,
      found: `${replicas} replicas, ${lockNodes.answering} of ${lockNodes.total} Redis instances answer`,
      remedy: "npm run service -- list, then npm run service -- start NAME",
    },
  ];
}
