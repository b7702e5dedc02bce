import Redlock from "redlock-temp-fix";
import { withTheCallsOfRedlock5 } from "./redlock-5-api.mjs";

export default { name: "redlock-temp-fix", package: "redlock-temp-fix", open: withTheCallsOfRedlock5(Redlock) };
