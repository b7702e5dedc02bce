import { system } from "@last-unit/stack/testing";

export { act, eventually, system } from "@last-unit/stack/testing";

export interface Reply {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever the server sent.
  body: any;
}

/** One HTTP call; `body` is sent as JSON unless it is a string already. */
export async function call(
  method: string,
  url: string,
  { body, headers = {}, signal }: { body?: unknown; headers?: Record<string, string>; signal?: AbortSignal } = {},
): Promise<Reply> {
  const response = await fetch(url, {
    method,
    headers: { ...(body !== undefined && { "content-type": "application/json" }), ...headers },
    body: body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body),
    signal: AbortSignal.any([AbortSignal.timeout(60_000), ...(signal ? [signal] : [])]),
  });
  const text = await response.text();
  const isJson = /[/+]json\b/.test(response.headers.get("content-type") ?? "");
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

/** A replica's address, in turn. */
export const replicaUrl = (index = 0) => {
  const replica = system.replicas[index % system.replicas.length];
  if (!replica) throw new Error("The system has no replica.");
  return replica.url;
};

/** A client that keeps its cookie, as a browser does. */
export async function newBuyer(base = replicaUrl()) {
  const first = await call("GET", `${base}/api/orders`);
  const cookie = String(first.headers.get("set-cookie")).split(";")[0] ?? "";
  return {
    cookie,
    call: (method: string, path: string, options: Parameters<typeof call>[2] = {}) =>
      call(method, `${base}${path}`, { ...options, headers: { cookie, ...options.headers } }),
  };
}

export async function createRun(
  strategy: string,
  stock: number,
  thinkTimeMs = 0,
): Promise<{ id: string; sku: string }> {
  const reply = await call("POST", `${replicaUrl()}/api/lab/runs`, { body: { strategy, stock, thinkTimeMs } });
  if (reply.status !== 201) throw new Error(`The run was not created: ${JSON.stringify(reply.body)}`);
  return reply.body;
}

export const buy = (sku: string, replica = 0, headers: Record<string, string> = {}) =>
  call("POST", `${replicaUrl(replica)}/api/checkout`, { body: { items: [{ sku, quantity: 1 }] }, headers });

export const verdictOf = async (id: string) => (await call("GET", `${replicaUrl()}/api/lab/runs/${id}/verdict`)).body;
