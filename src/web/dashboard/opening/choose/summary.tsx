import { useSignal } from '@preact/signals';
import type { Opening, Question } from '../../../../hub/api/contract.ts';
import { Button } from '../../../kit/button.tsx';
import { Select } from '../../../kit/field.tsx';
import { Callout } from '../../callout.tsx';
import { Facts } from '../facts.tsx';
import { type ChoiceDraft, environmentOf, type Readiness, viewerOf } from './choice.ts';
import { DirectoryDialog } from './directory-dialog.tsx';
import { StorageField } from './storage-field.tsx';
import styles from './summary.module.css';

/** What will be started, before it is: the storage can still be another one. */
export const Summary = (props: {
  readonly opening: Opening;
  readonly question: Question;
  readonly draft: ChoiceDraft;
  readonly readiness: Readiness;
  readonly isBusy: boolean;
  readonly onChange: (draft: ChoiceDraft) => void;
  readonly onStart: () => void;
}) => {
  const { question, draft, readiness } = props;
  const isBrowsing = useSignal(false);
  const environment = environmentOf(question, draft.python);
  const viewer = viewerOf(question, draft.viewer);
  const found = environment?.viewers.find((one) => one.viewer === draft.viewer);
  const setStorage = (storage: string) =>
    props.onChange({ ...draft, storage, storageFrom: 'typed' });
  return (
    <form
      class={styles.summary}
      aria-label="Summary"
      onSubmit={(event) => {
        event.preventDefault();
        if (readiness.kind === 'ready') props.onStart();
      }}
    >
      <Facts
        facts={[
          ['Server', question.facts.hostname],
          ['User', question.facts.user],
          ['Environment', environment?.name ?? 'none needed'],
          ...(environment === undefined
            ? []
            : [['Python', environment.pythonVersion ?? 'unknown'] as const]),
          [
            'Viewer',
            <>
              <ViewerChoice {...props} /> {found?.version ?? viewer?.version}
            </>,
          ],
        ]}
      />
      <StorageField
        opening={props.opening.opening}
        question={question}
        value={draft.storage}
        onInput={setStorage}
        onBrowse={() => {
          isBrowsing.value = true;
        }}
        error={readiness.kind === 'no-storage' ? 'Type the directory that holds the runs.' : null}
      />
      {viewer?.writeNotice != null && (
        <Callout
          tone={viewer.capability === 'executes-code' ? 'warn' : 'calm'}
          title={viewer.writeNotice}
        />
      )}
      <div class={styles.actions}>
        <Button
          type="submit"
          variant="primary"
          autofocus
          class={styles.start}
          disabled={readiness.kind !== 'ready' || props.isBusy}
        >
          Start the viewer
        </Button>
        {question.suggestion.reason !== null &&
          question.suggestion.python === draft.python &&
          environment !== undefined && (
            <p class={styles.reason}>
              {environment.name}: {question.suggestion.reason}
            </p>
          )}
      </div>
      {isBrowsing.value && (
        <DirectoryDialog
          opening={props.opening.opening}
          start={draft.storage.trim() === '' ? '~' : draft.storage.trim()}
          onChoose={setStorage}
          onClose={() => {
            isBrowsing.value = false;
          }}
        />
      )}
    </form>
  );
};

/** The viewer's name; a choice where the environment can run several. */
const ViewerChoice = (props: {
  readonly question: Question;
  readonly draft: ChoiceDraft;
  readonly onChange: (draft: ChoiceDraft) => void;
}) => {
  const { question, draft } = props;
  const suitable = (environmentOf(question, draft.python)?.viewers ?? []).filter(
    ({ suitability }) => suitability === 'suitable',
  );
  const titleOf = (id: string) => viewerOf(question, id)?.title ?? id;
  if (suitable.length < 2) return <>{titleOf(draft.viewer)}</>;
  return (
    <Select
      class={styles.select}
      label="Viewer"
      labelHidden
      value={draft.viewer}
      options={suitable.map(({ viewer }) => ({ value: viewer, label: titleOf(viewer) }))}
      onChange={(viewer) => props.onChange({ ...draft, viewer })}
    />
  );
};
