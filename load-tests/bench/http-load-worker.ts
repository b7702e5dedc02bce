import autocannon from "autocannon";
import { dayRequests } from "./day/day-requests.ts";
import type { HttpLoad, HttpResult } from "./http-load.ts";

// The process of http-load.ts: gets loads, one after the other, and answers each with what came of it.
process.on("message", async (load: HttpLoad) => {
  process.send?.(await fire(load));
});
process.once("disconnect", () => process.exit());

async function fire({ urls, clients, seconds, plan }: HttpLoad): Promise<HttpResult> {
  const day = plan.kind === "day" ? dayRequests(plan) : undefined;
  const requests =
    plan.kind === "same"
      ? [{ method: "POST" as const, path: plan.path, body: JSON.stringify(plan.body), headers: plan.headers }]
      : day?.requests;
  const result = await autocannon({
    // Many are taken; the types know of one.
    url: urls as unknown as string,
    connections: clients,
    duration: seconds,
    timeout: 30,
    headers: { "content-type": "application/json" },
    requests,
  });
  const byStatus = Object.entries(result.statusCodeStats ?? {}).map(([status, { count = 0 }]) => [status, count]);
  return {
    seconds: result.duration,
    answers: Object.fromEntries(byStatus),
    unanswered: result.errors,
    latencyMs: { p50: result.latency.p50, p99: result.latency.p99 },
    stories: day?.stories,
  };
}
