import { z } from "zod";
import { onlyFields, textLike, wholeNumber } from "../../http/fields.ts";

export const skuSchema = textLike(
  /^[a-z0-9][a-z0-9-]{0,63}$/,
  "SKU must be 1 to 64 lower-case letters, digits and hyphens.",
).meta({ example: "reading-lamp" });

export const quantitySchema = wholeNumber("Quantity", 1, 1_000);

const lineSchema = onlyFields(
  { sku: skuSchema, quantity: quantitySchema },
  "Each line of the cart must be an object with a SKU and a quantity.",
);

const CART_SIZE = "The cart must have 1 to 20 lines.";

export const checkoutSchema = onlyFields(
  { items: z.array(lineSchema, { error: CART_SIZE }).min(1, { error: CART_SIZE }).max(20, { error: CART_SIZE }) },
  "The body must be an object with the cart's lines as “items”.",
).meta({ id: "Checkout" });

const KEY_LENGTH = "Idempotency-Key must have 1 to 255 characters.";

export const idempotencyKeySchema = z
  .string({ error: KEY_LENGTH })
  .min(1, { error: KEY_LENGTH })
  .max(255, { error: KEY_LENGTH })
  .meta({
    description:
      "Chosen by the client, once for each intent to buy. The same key and cart get the same order, in its present state.",
  });

export const shopperSchema = textLike(
  /^[\w .-]{1,24}$/,
  "X-Lab-Shopper must be 1 to 24 letters, digits, spaces, dots, hyphens and underscores.",
).meta({ description: "How the lab's drawing calls this buyer." });

/** The headers that a checkout reads, in lower case. */
export const checkoutHeadersSchema = z.object({
  "idempotency-key": idempotencyKeySchema.optional(),
  "x-lab-shopper": shopperSchema.optional(),
  "x-lab-attempt": z.uuid({ error: "X-Lab-Attempt must be a UUID." }).optional(),
});

const CARD_LENGTH = "Card number must have 12 to 19 digits.";

export const paySchema = onlyFields(
  {
    card: z
      .string({ error: CARD_LENGTH })
      .transform((card) => card.replaceAll(/[ -]/g, ""))
      .pipe(textLike(/^\d{12,19}$/, CARD_LENGTH))
      .meta({
        description:
          "4242424242424242 is accepted, 4000000000000002 declined, 4000000000000341 times out and is charged some seconds later. Any other number is declined.",
      }),
  },
  "The body must be an object with a card number as “card”.",
).meta({ id: "Payment" });

const time = z.iso.datetime();

export const productSchema = z
  .object({
    sku: skuSchema,
    name: z.string(),
    description: z.string(),
    priceCents: z.int(),
    edition: z.int().meta({ description: "Units are numbered 1 to this." }),
    stock: z.int(),
    artwork: z.string().meta({ description: "Which drawing shows it." }),
  })
  .meta({ id: "Product" });

export const orderSchema = z
  .object({
    id: z.uuid(),
    status: z.enum(["reserved", "paying", "paid", "cancelled", "expired"]),
    createdAt: time,
    expiresAt: time,
    lines: z.array(
      z.object({
        sku: skuSchema,
        name: z.string(),
        quantity: z.int(),
        unitPriceCents: z.int(),
        unitNumbers: z.array(z.int()),
      }),
    ),
    totalCents: z.int(),
    strategy: z.string(),
    replica: z.string(),
  })
  .meta({ id: "Order" });
