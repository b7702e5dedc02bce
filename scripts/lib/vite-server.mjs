import { createServer } from "node:http";
import { createServer as createVite } from "vite";

/**
 * Vite's dev server for the storefront, with hot reload. `/api` and `/stack` go to the front door.
 *
 * @param {{ root: string, apiUrl: string, port: number }} options `root`: the folder of the storefront.
 * @returns {Promise<{ url: string, stop(): Promise<void> }>}
 */
export async function startVite({ root, apiUrl, port }) {
  const server = createServer();
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  // With a server of its own, Vite would end this process on SIGTERM, before the system has stopped.
  const vite = await createVite({
    root,
    clearScreen: false,
    server: { middlewareMode: { server }, ws: { server }, proxy: { "/api": apiUrl, "/stack": apiUrl } },
  });
  server.on("request", vite.middlewares);
  const stop = async () => {
    server.close();
    server.closeAllConnections();
    await vite.close();
  };
  return { url: `http://localhost:${port}`, stop };
}
