import { connect } from "node:net";

/** What a server answers to a four-letter word within a second; undefined when nothing. */
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

/** Whether a ZooKeeper server is there at all; one that allows no such word says so, and that is an answer too. */
export const answersWords = async (host: string, port: number) => (await ask("srvr", host, port)) !== undefined;
