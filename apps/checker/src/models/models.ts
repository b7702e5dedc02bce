import type { AnyModel } from "./model.ts";
import { mutexModel } from "./mutex.ts";
import { registerModel } from "./register.ts";
import { stockModel } from "./stock.ts";

/** What the models take, all together: each takes what is its own. */
export interface ModelOptions {
  /** Stock: units of each SKU. Register: the value of each key. */
  readonly initial?: Readonly<Record<string, unknown>>;
  /** Stock: how many units of a SKU exist; its initial stock where absent. */
  readonly edition?: Readonly<Record<string, number>>;
  /** Mutex: how long a lease lasts that does not say so itself, in nanoseconds. */
  readonly ttlNs?: number;
}

export const modelNames = ["stock", "mutex", "register"] as const;
export type ModelName = (typeof modelNames)[number];

/** The models by name. `register` has compare-and-set as well. */
export const models: Readonly<Record<ModelName, (options: ModelOptions) => AnyModel>> = {
  stock: ({ initial = {}, edition }) => stockModel({ initial: initial as Record<string, number>, edition }),
  mutex: ({ ttlNs }) => mutexModel({ ttlNs }),
  register: ({ initial }) => registerModel({ initial }),
};
