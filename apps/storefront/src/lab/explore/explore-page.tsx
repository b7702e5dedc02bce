import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useSearchParams } from "react-router";
import { Loading } from "../../layout/loading.tsx";
import { LabAccess } from "../lab-access.tsx";
import { StackAccess } from "../stack/stack-access.tsx";
import { stackJson } from "../stack/stack-client.ts";
import { stackToken } from "../stack/stack-token.ts";
import type { Choices } from "./choices.ts";
import styles from "./explore.module.css";
import { ExploreCell } from "./explore-cell.tsx";

/** Every order of a few processes' steps, run on stores of their own when the button is pressed. */
export function ExplorePage() {
  useDocumentTitle("Explore · Last Unit");
  return (
    <div className={styles.page}>
      <h1>Is there an order of steps in which it goes wrong?</h1>
      <LabAccess>{() => <WithChoices />}</LabAccess>
    </div>
  );
}

function WithChoices() {
  const [params] = useSearchParams();
  const choices = useQuery({
    queryKey: ["explore-choices"],
    queryFn: ({ signal }) => stackJson<Choices>("/explore", { signal }),
    enabled: stackToken() !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const command = `npm run explore -- --strategy ${params.get("strategy") ?? "unlocked"}`;
  return (
    <StackAccess to="explore" command={command} error={choices.error}>
      {choices.data ? <ExploreCell choices={choices.data} /> : <Loading what="what can be explored" />}
    </StackAccess>
  );
}
