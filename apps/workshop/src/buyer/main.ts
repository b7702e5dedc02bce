// The process of one buyer. Without its grader it ends.
import type { FromBuyer, ToBuyer } from "../messages.ts";
import { BuyerProcess, textOf } from "./buyer-process.ts";

const tell = (message: FromBuyer) => void process.send?.(message);
const buyer = new BuyerProcess(process.env.DATABASE_URL ?? "", tell);

process.on("unhandledRejection", (error) => buyer.misbehaved({ kind: "unhandled", text: textOf(error) }));
process.on("uncaughtException", (error) => buyer.misbehaved({ kind: "unhandled", text: textOf(error) }));
process.on("disconnect", () => process.exit(0));
process.on("message", (message: ToBuyer) => {
  switch (message.type) {
    case "load":
      return buyer.load(message.code);
    case "begin":
      return void buyer.begin(message.request);
    case "go":
      return void buyer.go(message.nowMs);
    case "fire":
      return buyer.fire(message.nowMs);
    case "ping":
      return tell({ type: "pong" });
  }
});
tell({ type: "ready" });
