import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";

export interface Traffic {
  /** How often the client sent something while it had no answer outstanding: the round trips that it waited for. */
  flights: number;
  /** The texts of the statements that were executed, with single spaces. */
  statements: string[];
}

/** A proxy before PostgreSQL that reads the wire protocol (version 3, without TLS). */
export async function openWire(databaseUrl: string) {
  const target = new URL(databaseUrl);
  let traffic: Traffic = { flights: 0, statements: [] };
  const sockets = new Set<Socket>();
  const server: Server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    const prepared = new Map<string, string>();
    let unanswered = 0;
    const fromClient = messages({ startup: true }, (type, body) => {
      if (type === "P") {
        const [name = "", text = ""] = body.toString("utf8").split("\0");
        prepared.set(name, text.replaceAll(/\s+/g, " ").trim());
      } else if (type === "B") {
        traffic.statements.push(prepared.get(body.toString("utf8").split("\0")[1] ?? "") ?? "unknown");
      } else if (type === "S") {
        if (unanswered === 0) traffic.flights += 1;
        unanswered += 1;
      }
    });
    const fromServer = messages({ startup: false }, (type) => {
      if (type === "Z" && unanswered > 0) unanswered -= 1;
    });
    for (const [from, to, read] of [
      [client, upstream, fromClient],
      [upstream, client, fromServer],
    ] as const) {
      sockets.add(from);
      from.setNoDelay(true);
      from.on("data", (chunk: Buffer) => {
        read(chunk);
        to.write(chunk);
      });
      from.on("close", () => to.destroy());
      from.on("error", () => to.destroy());
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address() as { port: number };
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${address.port}`;

  return {
    url: url.href,
    /** What travels while `work` runs. */
    async during(work: () => Promise<unknown>): Promise<Traffic> {
      traffic = { flights: 0, statements: [] };
      await work();
      return traffic;
    },
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** Splits a stream into messages: a type, four bytes of length, and a body. The client's first one has no type. */
function messages({ startup }: { startup: boolean }, seen: (type: string, body: Buffer) => void) {
  let pending = Buffer.alloc(0);
  let isFirst = startup;
  return (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk]);
    for (;;) {
      const header = isFirst ? 0 : 1;
      if (pending.length < header + 4) return;
      const end = header + pending.readUInt32BE(header);
      if (pending.length < end) return;
      if (!isFirst) seen(String.fromCharCode(pending[0] as number), pending.subarray(5, end));
      isFirst = false;
      pending = pending.subarray(end);
    }
  };
}
