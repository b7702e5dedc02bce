/** Tells a proxy where a protocol's messages end. Requests are answered in the order in which they were sent. */
export interface Protocol {
  /** The length of the first request in bytes, or undefined while it is incomplete. */
  requestLength(data: Buffer): number | undefined;
  /** The same for what the server sends. */
  answerLength(data: Buffer): number | undefined;
  /** Sent by the server without a request, such as a published message. */
  isNotification?(message: Buffer): boolean;
  /** Sent by the client, and not answered in order. */
  isUnanswered?(request: Buffer): boolean;
}

/** RESP2 and RESP3. Source: https://redis.io/docs/latest/develop/reference/protocol-spec/ */
export const redisProtocol: Protocol = {
  requestLength: (data) => respEnd(data, 0),
  answerLength: (data) => respEnd(data, 0),
  isNotification: (message) =>
    message[0] === PUSH || /^\*[34]\r\n\$\d+\r\n[ps]?message\r\n/.test(message.toString("latin1", 0, 32)),
};

/** HTTP/1.1 with a `Content-Length`, or without a body. */
export const httpProtocol: Protocol = { requestLength: httpLength, answerLength: httpLength };

/** Frames with a length of four bytes. Source: ZooKeeper's `zookeeper.jute`. */
export const zooKeeperProtocol: Protocol = {
  requestLength: frameLength,
  answerLength: frameLength,
  isNotification: isZooKeeperEvent,
  isUnanswered: isZooKeeperEvent,
};

const PUSH = ">".charCodeAt(0);
const CRLF = "\r\n";

/** The offset after the value that starts at `from`. */
function respEnd(data: Buffer, from: number): number | undefined {
  const lineEnd = data.indexOf(CRLF, from);
  if (lineEnd < 0) return undefined;
  const type = String.fromCharCode(data[from] ?? 0);
  const next = lineEnd + 2;
  const count = Number(data.toString("latin1", from + 1, lineEnd));
  if ("$=!".includes(type)) {
    const end = count < 0 ? next : next + count + 2;
    return end <= data.length ? end : undefined;
  }
  if (!"*~>%|".includes(type)) return next;
  // A map or an attribute has two values for each entry; an attribute is followed by the value that it belongs to.
  let values = type === "%" ? 2 * count : type === "|" ? 2 * count + 1 : count;
  let end: number | undefined = next;
  for (; values > 0 && end !== undefined; values -= 1) end = end < data.length ? respEnd(data, end) : undefined;
  return end;
}

function httpLength(data: Buffer): number | undefined {
  const headEnd = data.indexOf(CRLF + CRLF);
  if (headEnd < 0) return undefined;
  const [, length = "0"] = /^content-length: *(\d+)/im.exec(data.toString("latin1", 0, headEnd)) ?? [];
  const end = headEnd + 4 + Number(length);
  return end <= data.length ? end : undefined;
}

function frameLength(data: Buffer): number | undefined {
  if (data.length < 4) return undefined;
  const end = 4 + data.readInt32BE(0);
  return end <= data.length ? end : undefined;
}

/** Watch events and pings have the negative numbers of a request that nobody sent. */
function isZooKeeperEvent(frame: Buffer): boolean {
  if (frame.length < 8) return false;
  const xid = frame.readInt32BE(4);
  return xid === -1 || xid === -2;
}
