import { Button, Radio, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { client, unwrap } from "../api/client.ts";
import { codeOf, sentenceFor } from "../api/problems.ts";
import type { Order } from "../api/types.ts";
import { price } from "../format.ts";
import { Notice } from "../layout/notice.tsx";
import styles from "./orders.module.css";

const testCards = [
  { card: "4242424242424242", what: "Accepted: the bank pays at once." },
  { card: "4000000000000002", what: "Declined: the bank says no, and your units stay reserved." },
  {
    card: "4000000000000341",
    what: "Times out: the bank answers too late. The payment is settled in the background, once.",
  },
];
const inFours = (card: string) => card.replaceAll(/(\d{4})(?=\d)/g, "$1 ");

export function PaymentForm({ order, onChange }: { order: Order; onChange: (order?: Order) => void }) {
  const [choice, setChoice] = useState(testCards[0]?.card ?? "");
  const [typed, setTyped] = useState("");
  const pay = useMutation({
    mutationFn: (card: string) =>
      unwrap(client.POST("/api/orders/{id}/pay", { params: { path: { id: order.id } }, body: { card } })),
    onSuccess: onChange,
    // Whatever the refusal, the order may have changed meanwhile: look again.
    onError: () => onChange(),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    pay.mutate(choice === "other" ? typed : choice);
  };
  return (
    <form onSubmit={submit}>
      <Radio.Group
        value={choice}
        onChange={setChoice}
        label="Pay with a test card"
        description="No money moves: the bank is simulated, its three moods are not."
      >
        <div className={styles.cards}>
          {testCards.map(({ card, what }) => (
            <Radio.Card key={card} value={card} className={styles.card} aria-label={`${inFours(card)}. ${what}`}>
              <span className={styles.number}>{inFours(card)}</span>
              <br />
              <span className="muted">{what}</span>
            </Radio.Card>
          ))}
          <Radio.Card value="other" className={styles.card} aria-label="Another card number">
            Another card number
          </Radio.Card>
        </div>
      </Radio.Group>
      {choice === "other" && (
        <TextInput
          label="Card number"
          inputMode="numeric"
          autoComplete="off"
          placeholder="12 to 19 digits"
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          mb="md"
          required
        />
      )}
      {pay.error && (
        <Notice title={codeOf(pay.error) === "PAYMENT_DECLINED" ? "Declined" : "Not paid"}>
          {sentenceFor(pay.error)}
        </Notice>
      )}
      <Button type="submit" size="lg" fullWidth loading={pay.isPending}>
        Pay {price(order.totalCents)}
      </Button>
    </form>
  );
}
