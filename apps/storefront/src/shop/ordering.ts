// One chunk: a buyer who has looked at a product or the cart has the code of every page up to the order.
export { OrderPage } from "../orders/order-page.tsx";
export { OrdersPage } from "../orders/orders-page.tsx";
export { CartPage } from "./cart-page.tsx";
export { CheckoutPage } from "./checkout-page.tsx";
export { ProductPage } from "./product-page.tsx";
