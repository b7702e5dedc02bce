import { Button, PasswordInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { Notice } from "../layout/notice.tsx";

const KEY = "last-unit-lab-token";

export const rememberedToken = (): string | undefined => sessionStorage.getItem(KEY) ?? undefined;

export function LabTokenForm({ wrong, onToken }: { wrong: boolean; onToken: (token: string) => void }) {
  const [typed, setTyped] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    sessionStorage.setItem(KEY, typed.trim());
    onToken(typed.trim());
  };
  return (
    <form onSubmit={submit} style={{ maxWidth: 420 }}>
      {wrong && <Notice title="That is not the token">Look at the terminal, or in stack.json, and try again.</Notice>}
      <PasswordInput
        label="Lab token"
        description="The terminal that started the shop shows it. It is kept until this tab is closed."
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        required
        mb="md"
      />
      <Button type="submit">Open the lab</Button>
    </form>
  );
}
