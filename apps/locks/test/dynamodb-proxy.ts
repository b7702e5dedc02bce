import { httpProtocol, openTcpProxy } from "../src/testing/index.ts";

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
  const proxy = await openTcpProxy(new URL(target).host, {
    protocol: httpProtocol,
    onRequest(data) {
      const request = read(data);
      sent.push(request);
      const fate = fates.shift() ?? always;
      if (fate === undefined) return undefined;
      if (fate === "answer-lost") return "lose-answer";
      if (typeof fate === "object") return { answer: refusalOf(fate.refusal) };
      return { beforeAnswer: () => (fate(request) === "answer-lost" ? "lose-answer" : undefined) };
    },
  });
  return {
    url: `http://${proxy.address}`,
    sent,
    next: (...coming: Fate[]) => fates.push(...coming),
    fromNowOn: (fate: Fate | undefined) => {
      always = fate;
    },
    close: proxy.close,
  };
}

function read(request: Buffer): Sent {
  const [head = "", body = ""] = request.toString().split("\r\n\r\n");
  const [, operation = ""] = /^x-amz-target: [^.]+\.(\w+)/im.exec(head) ?? [];
  return { operation, body: JSON.parse(body) };
}

/** As the real service says it: the kind of error in the body, the status 400. */
function refusalOf(kind: string): Buffer {
  const body = JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${kind}`, message: "refused by the test" });
  const head = [
    "HTTP/1.1 400 Bad Request",
    "Content-Type: application/x-amz-json-1.0",
    `Content-Length: ${body.length}`,
  ];
  return Buffer.from(`${head.join("\r\n")}\r\n\r\n${body}`);
}
