import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * What happens to one request: its answer is lost, a refusal takes its place, or something happens before its answer,
 * which may then be lost as well.
 */
// biome-ignore lint/suspicious/noConfusingVoidType: most of what happens returns nothing.
export type Fate = "answer-lost" | { refusal: string } | ((sent: Sent) => "answer-lost" | void);

export interface Sent {
  /** For example `UpdateItem`. */
  operation: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever was sent.
  body: any;
}

/**
 * Stands between a client and a DynamoDB. Requests meet the `fates` in the order in which they come, and after those
 * they meet `always`; without either they pass.
 */
export async function openProxy(target: string) {
  const sent: Sent[] = [];
  const fates: Fate[] = [];
  let always: Fate | undefined;
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    const operation = String(incoming.headers["x-amz-target"]).split(".")[1] ?? "";
    const request: Sent = { operation, body: JSON.parse(body) };
    sent.push(request);
    const fate = fates.shift() ?? always;
    if (typeof fate === "object") {
      // As the real service says it: the kind of error in the body, the status 400.
      const answer = { __type: `com.amazonaws.dynamodb.v20120810#${fate.refusal}`, message: "refused by the test" };
      response.writeHead(400, { "content-type": "application/x-amz-json-1.0" }).end(JSON.stringify(answer));
      return;
    }
    const { host: _host, connection: _connection, "content-length": _length, ...headers } = incoming.headers;
    const upstream = await fetch(target, { method: "POST", headers: headers as Record<string, string>, body });
    const answer = Buffer.from(await upstream.arrayBuffer());
    const outcome = typeof fate === "function" ? fate(request) : fate;
    if (outcome === "answer-lost") {
      response.destroy();
      return;
    }
    response.writeHead(upstream.status, { "content-type": "application/x-amz-json-1.0" }).end(answer);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sent,
    next: (...coming: Fate[]) => fates.push(...coming),
    fromNowOn: (fate: Fate | undefined) => {
      always = fate;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
