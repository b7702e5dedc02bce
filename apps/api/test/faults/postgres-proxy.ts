import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TLSSocket } from "node:tls";

export interface Certificate {
  /** The PEM file of the certificate, for `sslrootcert`. */
  file: string;
  remove(): void;
  cert: Buffer;
  key: Buffer;
}

export const canMakeCertificates = spawnSync("openssl", ["version"]).status === 0;

/** A self-signed certificate for 127.0.0.1: trusted only by clients that name its file. */
export function makeCertificate({ expired = false } = {}): Certificate {
  const folder = mkdtempSync(join(tmpdir(), "last-unit-certificate-"));
  const [file, keyFile] = [join(folder, "cert.pem"), join(folder, "key.pem")];
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  const name = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"];
  const made = spawnSync("openssl", ["req", "-x509", ...curve, ...name, "-out", file, "-keyout", keyFile]);
  if (made.status !== 0) throw new Error(`No certificate was made: ${made.stderr}`);
  if (expired) {
    // `req` makes no certificate that has expired; `x509` signs one again with another period.
    const signed = spawnSync("openssl", ["x509", "-in", file, "-days", "-1", "-signkey", keyFile, "-out", file]);
    if (signed.status !== 0) throw new Error(`No expired certificate was made: ${signed.stderr}`);
  }
  const remove = () => rmSync(folder, { recursive: true, force: true });
  return { file, remove, cert: readFileSync(file), key: readFileSync(keyFile) };
}

/** `hangs`: connections are accepted and never answered. */
type Behaviour = Certificate | "hangs" | "passes";

/** Stands between clients and a PostgreSQL server; speaks TLS with the certificate that it is given. */
export async function openPostgresProxy(databaseUrl: string, first: Behaviour) {
  const { hostname, port } = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let behaviour = first;

  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    return socket;
  };
  const forward = (client: Socket) => {
    const server = keep(connect({ host: hostname, port: Number(port) }));
    client.on("close", () => server.destroy());
    server.on("close", () => client.destroy());
    client.pipe(server).pipe(client);
  };
  const listener = createServer((client) => {
    keep(client);
    if (behaviour === "hangs") return;
    if (behaviour === "passes") return forward(client);
    const { cert, key } = behaviour;
    // The client's first message asks for TLS; "S" grants it.
    client.once("data", () => {
      const secure = new TLSSocket(client, { isServer: true, cert, key });
      secure.on("error", () => client.destroy());
      client.write("S");
      forward(secure);
    });
  });
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");

  return {
    port: String((listener.address() as AddressInfo).port),
    /** Ends all connections; new ones meet this. */
    become(next: Behaviour) {
      behaviour = next;
      for (const socket of sockets) socket.destroy();
    },
    close() {
      for (const socket of sockets) socket.destroy();
      listener.close();
    },
  };
}
