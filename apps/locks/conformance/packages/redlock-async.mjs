import Redlock from "redlock-async";
import { withTheCallsOfRedlock4 } from "./redlock-4-api.mjs";

export default { name: "redlock-async", package: "redlock-async", open: withTheCallsOfRedlock4(Redlock) };
