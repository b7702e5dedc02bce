import { Redlock } from "@sesamecare-oss/redlock";
import { withTheCallsOfRedlock5 } from "./redlock-5-api.mjs";

export default {
  name: "sesamecare-redlock",
  package: "@sesamecare-oss/redlock",
  open: withTheCallsOfRedlock5(Redlock),
};
