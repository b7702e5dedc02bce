import { readFile } from "node:fs/promises";
import { type IncomingMessage, request, type ServerResponse } from "node:http";
import { join } from "node:path";
import { sendProblem } from "../front-door/problem.ts";

/** `workshop/page.json` of the home: where `npm run workshop` answers while it runs. */
export interface WorkshopAddress {
  port: number;
  token: string;
}

export const workshopAddressPath = (home: string) => join(home, "workshop", "page.json");

/** Forwards to the process of `npm run workshop`, which owns the grader. */
export async function toWorkshop(home: string, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const none = () =>
    sendProblem(res, 503, "NO_WORKSHOP", "The workshop does not run. In another terminal, type: npm run workshop");
  const address = await readFile(workshopAddressPath(home), "utf8").then(
    (text) => JSON.parse(text) as WorkshopAddress,
    () => undefined,
  );
  if (!address) return none();
  const headers = { ...req.headers, authorization: `Bearer ${address.token}` };
  const passed = request({ host: "127.0.0.1", port: address.port, path: req.url, method: req.method, headers });
  passed.once("response", (answer) => {
    res.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.once("error", () => res.destroy());
    answer.pipe(res);
  });
  passed.once("error", () => (res.headersSent ? res.destroy() : none()));
  res.once("close", () => passed.destroy());
  req.pipe(passed);
}
