import { connect } from "node:net";

/** Sends a four-letter word. Resolves to the response, or to undefined if there is none within a second. */
export function ask(word: "ruok" | "srvr", host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    let text = "";
    const socket = connect({ host, port, timeout: 1000 });
    const done = () => {
      socket.destroy();
      clearTimeout(timer);
      resolve(text || undefined);
    };
    const timer = setTimeout(done, 1000);
    socket.once("connect", () => socket.write(word));
    socket.on("data", (part) => {
      text += part.toString("utf8");
    });
    for (const event of ["end", "error", "timeout"]) socket.once(event, done);
  });
}

/** Whether this server is part of a majority, as leader or follower. */
export const serves = async (host: string, port: number) =>
  /^Mode: (leader|follower|standalone)/m.test((await ask("srvr", host, port)) ?? "");

/**
 * Whether a ZooKeeper server answers at all. A server that does not allow the word responds with an error, which
 * counts.
 */
export const answersWords = async (host: string, port: number) => (await ask("srvr", host, port)) !== undefined;
