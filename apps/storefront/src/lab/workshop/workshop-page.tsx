import { useDocumentTitle } from "@mantine/hooks";
import { codeOf } from "../../api/problems.ts";
import { Loading } from "../../layout/loading.tsx";
import { Notice } from "../../layout/notice.tsx";
import { CopyCommand } from "../copy-command.tsx";
import { StackAccess } from "../stack/stack-access.tsx";
import { stackToken } from "../stack/stack-token.ts";
import { ExerciseList } from "./exercise-list.tsx";
import { ExerciseView } from "./exercise-view.tsx";
import { useWorkshop } from "./use-workshop.ts";
import styles from "./workshop.module.css";

const COMMAND = "npm run workshop";

/** The exercises of `npm run workshop`: one session, shown here and in the terminal. */
export function WorkshopPage() {
  useDocumentTitle("Workshop · Last Unit");
  if (stackToken() === undefined) {
    return (
      <>
        <h1>Six bugs to mend.</h1>
        <StackAccess to="grade" command={COMMAND}>
          {null}
        </StackAccess>
      </>
    );
  }
  return <Followed />;
}

function Followed() {
  const { workshop, error, act } = useWorkshop();
  if (codeOf(error) === "NO_WORKSHOP" || (!workshop && !error)) {
    return (
      <>
        <h1>Six bugs to mend.</h1>
        {error ? (
          <Notice title="The workshop does not run.">
            <p>
              It grades each save, and this page shows what it finds. Start it in another terminal; the page follows by
              itself.
            </p>
            <CopyCommand command={COMMAND} />
          </Notice>
        ) : (
          <Loading what="the exercises" />
        )}
      </>
    );
  }
  return (
    <StackAccess to="grade" command={COMMAND} error={error}>
      {workshop && (
        <div className={styles.page}>
          <ExerciseList workshop={workshop} onOpen={(number) => void act(`open/${number}`)} />
          <ExerciseView key={workshop.exercise.number} workshop={workshop} act={act} />
        </div>
      )}
    </StackAccess>
  );
}
