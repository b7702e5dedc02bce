import Redlock from "redlock-4";
import { withTheCallsOfRedlock4 } from "./redlock-4-api.mjs";

export default { name: "redlock-4", package: "redlock-4", open: withTheCallsOfRedlock4(Redlock) };
