import { shopPaths } from "./checkout/http/paths.ts";
import { openApi } from "./http/openapi.ts";
import { labPaths } from "./lab/http/paths.ts";
import { lockPaths } from "./observe/locks/routes.ts";

/** The OpenAPI description of the whole API, including features that are off in this replica. */
export const document = () => openApi(shopPaths, labPaths, lockPaths);
