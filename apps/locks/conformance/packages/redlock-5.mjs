import Redlock from "redlock-5";
import { withTheCallsOfRedlock5 } from "./redlock-5-api.mjs";

export default { name: "redlock-5", package: "redlock-5", open: withTheCallsOfRedlock5(Redlock) };
