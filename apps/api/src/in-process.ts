// The checkout without HTTP, for a bench that measures it inside its own process.
export { openShop } from "./checkout/open-shop.ts";
export { placeOrder } from "./checkout/place-order.ts";
export { readEnv } from "./config.ts";
export { openConnections } from "./connections.ts";
