import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

const CREATE = 1;

/** Stands between clients and one ZooKeeper server, whose protocol is frames: a length of four bytes, then as many. */
export async function openZooKeeperProxy(target: string) {
  const [host = "", port = ""] = target.split(":");
  const pairs = new Set<{ client: Socket; server: Socket }>();
  let isCut = false;
  let creatingLost = 0;
  let losses = 0;

  const destroy = (pair: { client: Socket; server: Socket }) => {
    pairs.delete(pair);
    pair.client.destroy();
    pair.server.destroy();
  };

  const listener = createServer((client) => {
    if (isCut) {
      client.destroy();
      return;
    }
    const server = connect({ host, port: Number(port) });
    const pair = { client, server };
    pairs.add(pair);
    let greeted = false;
    let lostXid: number | undefined;
    const fromClient = frames((frame) => {
      // The first frame opens the session; the others begin with a number of their own and the operation.
      if (greeted && frame.readInt32BE(8) === CREATE && frame.includes("/locks/") && creatingLost > 0) {
        creatingLost -= 1;
        lostXid = frame.readInt32BE(4);
      }
      greeted = true;
      server.write(frame);
    });
    const fromServer = frames((frame) => {
      if (lostXid !== undefined && frame.readInt32BE(4) === lostXid) {
        losses += 1;
        destroy(pair);
        return;
      }
      client.write(frame);
    });
    client.on("data", fromClient);
    server.on("data", fromServer);
    for (const socket of [client, server]) {
      socket.on("error", () => {});
      socket.on("close", () => destroy(pair));
    }
  });
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");

  return {
    url: `127.0.0.1:${(listener.address() as AddressInfo).port}`,
    /** Ends the connections and refuses new ones. */
    cut() {
      isCut = true;
      for (const pair of pairs) destroy(pair);
    },
    heal() {
      isCut = false;
    },
    /** The next `count` creations of a lock's znode are carried out, but the connection ends in place of the answer. */
    loseAnswersToCreate(count: number) {
      creatingLost = count;
    },
    get losses() {
      return losses;
    },
    close() {
      for (const pair of pairs) destroy(pair);
      listener.close();
    },
  };
}

function frames(take: (frame: Buffer) => void): (data: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (data) => {
    rest = Buffer.concat([rest, data]);
    while (rest.length >= 4 && rest.length >= 4 + rest.readInt32BE(0)) {
      const end = 4 + rest.readInt32BE(0);
      take(rest.subarray(0, end));
      rest = rest.subarray(end);
    }
  };
}
