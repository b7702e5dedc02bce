import { type FormEvent, useState } from "react";
import { browserStorage } from "../browser-storage.ts";
import { Button } from "../controls/button.tsx";
import { TextField } from "../controls/field.tsx";
import { Notice } from "../layout/notice.tsx";

const KEY = "last-unit-lab-token";

export const rememberedToken = (): string | undefined => browserStorage.get("sessionStorage", KEY) ?? undefined;

export function LabTokenForm({ wrong, onToken }: { wrong: boolean; onToken: (token: string) => void }) {
  const [typed, setTyped] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    browserStorage.set("sessionStorage", KEY, typed.trim());
    onToken(typed.trim());
  };
  return (
    <form onSubmit={submit} style={{ maxWidth: 420 }}>
      {wrong && <Notice title="Wrong token">Use the value of LAB_TOKEN or of labToken in stack.json.</Notice>}
      <TextField
        type="password"
        autoComplete="off"
        label="Lab token"
        description="It is the value of LAB_TOKEN, which is also in stack.json. It is kept until this tab is closed."
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        required
      />
      <Button type="submit">Open the lab</Button>
    </form>
  );
}
