import { buyOneProduct, type Checkouts, sideOf, unitsPerSecond } from "../checkouts.ts";
import type { Bench, Figure, Replicas } from "../figure.ts";
import { answered, fireAt, type HttpResult } from "../http-load.ts";
import { ratiosOf, takeTurns } from "../rounds.ts";
import { openShelf } from "../shelf.ts";
import { startServers } from "./start-servers.ts";

/** What is asked of how many clients. */
interface Goals {
  clients: number;
  echo: number;
}

/** P2 and P2b: sales against what Express alone answers, and against what our application answers without the sale. */
export async function againstEcho(bench: Bench, shop: Replicas, { clients, echo: goal }: Goals): Promise<Figure[]> {
  const product = await openShelf(bench.system.file.postgres.url);
  const echo = await startServers("echo", shop.urls.length);
  const noSale = await startServers("no-sale", shop.urls.length);
  try {
    const body = { items: [{ sku: product.sku, quantity: 1 }] };
    const send =
      ({ urls }: Replicas, path: string) =>
      () =>
        fireAt({ urls, clients, seconds: bench.secondsEach, plan: { kind: "same", path, body } }, bench.signal);
    const peers = [send(echo, "/echo"), send(noSale, "/api/checkout")];
    // As warm as the replicas are.
    for (const peer of peers) await peer();
    const [echoes = [], answers = [], ours = []] = await takeTurns<HttpResult>(bench, [
      ...peers,
      () => buyOneProduct(bench, shop, product.sku, clients),
    ]);
    const rate = (status: number) => (result: HttpResult) => answered(result, status) / result.seconds;
    const units = ours.map(unitsPerSecond);
    const side = await product.side("group-commit", ours as Checkouts[], clients);
    const crowd = clients > 128 ? " crowd" : "";
    const what = `group-commit's units sold/s over HTTP on one hot product, ${clients} clients`;
    return [
      {
        id: `P2${crowd}`,
        what: `${what} ÷ answers/s of a bare Express echo in as many processes`,
        goal: { atLeast: goal },
        ratios: ratiosOf(units, echoes.map(rate(200))),
        sides: [side, sideOf("bare Express echo", clients, echoes, [200])],
      },
      {
        id: `P2b${crowd}`,
        what: `${what} ÷ answers/s of our application without the sale`,
        goal: { atLeast: 0.6 },
        ratios: ratiosOf(units, answers.map(rate(201))),
        sides: [side, sideOf("without the sale", clients, answers, [201])],
      },
    ];
  } finally {
    await Promise.all([echo.stop(), noSale.stop()]);
  }
}
