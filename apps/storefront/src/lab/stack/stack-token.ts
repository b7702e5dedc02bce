import { browserStorage } from "../../browser-storage.ts";

const KEY = "last-unit-stack-token";
const IN_FRAGMENT = /^#token=([0-9a-f]{16,128})$/;

// `npm start` prints the lab's address with the token of stack.json in its fragment, which a browser sends to no server.
// Before a page of the lab is shown, the token moves into this tab's storage.
const [, found] = IN_FRAGMENT.exec(window.location.hash) ?? [];
if (found) {
  browserStorage.set("sessionStorage", KEY, found);
  window.history.replaceState(window.history.state, "", window.location.pathname + window.location.search);
}

/** What `/stack/…` wants; undefined if this tab was not opened by an address with the token. */
export const stackToken = (): string | undefined => browserStorage.get("sessionStorage", KEY) ?? undefined;
