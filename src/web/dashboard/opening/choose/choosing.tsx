import { signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Opening, Question } from '../../../../hub/api/contract.ts';
import { Button } from '../../../kit/button.tsx';
import { TextField } from '../../../kit/field.tsx';
import { counted, formatDuration } from '../../../kit/format.ts';
import { Skeleton } from '../../../kit/notice.tsx';
import { showToast } from '../../../kit/toast.tsx';
import { call, failureFrom } from '../../api/call.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { useLeadFocus } from '../use-lead-focus.ts';
import {
  type ChoiceDraft,
  keptChoice,
  readinessOf,
  searchEnvironments,
  suggestedChoice,
  withEnvironment,
} from './choice.ts';
import styles from './choosing.module.css';
import { EnvironmentTable } from './environment-table.tsx';
import { Running } from './running.tsx';
import { Summary } from './summary.tsx';
import { Unsuitable } from './unsuitable.tsx';

/** What is chosen in each opening: another one may be looked at meanwhile. */
const drafts = signal<Readonly<Record<string, ChoiceDraft>>>({});

/** Fewer are found by looking. */
const SEARCHED_FROM = 9;

/** The environments of a server, what is wrong with the chosen one, and the summary before the start. */
export const Choosing = (props: {
  readonly opening: Opening;
  readonly revision: number;
  readonly refreshing: boolean;
}) => {
  const { opening: id } = props.opening;
  const params = { opening: id };
  const asked = useAnswer(
    (signal) => call('GET /api/openings/{opening}/question', { params, signal }),
    [id, props.revision],
  );
  if (asked.kind === 'asking') return <Skeleton lines={5} label="Reading what was found" />;
  if (asked.kind === 'failed') return <p role="alert">{asked.failure.message}</p>;
  return <Chooser {...props} question={asked.answer} />;
};

const Chooser = (props: {
  readonly opening: Opening;
  readonly refreshing: boolean;
  readonly question: Question;
}) => {
  const { question, refreshing } = props;
  const { opening: id } = props.opening;
  const search = useSignal('');
  const isBusy = useSignal(false);
  const kept = drafts.value[id];
  const draft = kept === undefined ? suggestedChoice(question) : keptChoice(question, kept);
  const change = (next: ChoiceDraft): void => {
    drafts.value = { ...drafts.peek(), [id]: next };
  };
  useEffect(() => change(draft), [question]);

  const part = useLeadFocus<HTMLDivElement>(id);
  const { environments } = question;
  const inSight = searchEnvironments(environments, search.value);
  const readiness = readinessOf(question, draft);
  const act = async (action: () => Promise<unknown>): Promise<void> => {
    isBusy.value = true;
    await action().catch((error: unknown) =>
      showToast({ tone: 'bad', text: failureFrom(error).message }),
    );
    isBusy.value = false;
  };
  const refresh = () =>
    act(() => call('POST /api/openings/{opening}/refresh', { params: { opening: id } }));
  const start = () =>
    act(() =>
      call('POST /api/openings/{opening}/choice', {
        params: { opening: id },
        body: {
          ...{ viewer: draft.viewer, python: draft.python },
          ...{ storage: draft.storage.trim(), confirmed: true },
        },
      }),
    );

  const adopt = (pid: number) =>
    act(() =>
      call('POST /api/openings/{opening}/choice', {
        params: { opening: id },
        body: { adopt: pid },
      }),
    );

  return (
    <div ref={part} class={styles.choosing} tabIndex={-1}>
      <div class={styles.bar}>
        <h3 class={styles.title}>Environment</h3>
        <span class={styles.count} role="status">
          {refreshing
            ? 'Looking again…'
            : `${search.value === '' ? '' : `${inSight.length} of `}${counted(environments.length, 'environment')} found in ${formatDuration(question.probeMs / 1000)}`}
        </span>
        {environments.length >= SEARCHED_FROM && (
          <TextField
            class={styles.search}
            label="Search environments"
            labelHidden
            icon="search"
            placeholder="Search"
            clearable
            value={search.value}
            onInput={(text) => {
              search.value = text;
            }}
          />
        )}
        <Button icon="refresh" disabled={refreshing || isBusy.value} onClick={() => void refresh()}>
          Refresh
        </Button>
      </div>
      <Running
        running={question.running}
        isBusy={isBusy.value}
        onAdopt={(pid) => void adopt(pid)}
      />
      <EnvironmentTable
        question={question}
        environments={inSight}
        isBundledShown={search.value.trim() === ''}
        python={draft.python}
        onChoose={(python) => change(withEnvironment(question, draft, python))}
      />
      {question.partial.length > 0 && (
        <p class={styles.partial}>
          Not read to the end:{' '}
          {question.partial.map(({ path, reason }) => `${path} (${reason})`).join(', ')}
        </p>
      )}
      {readiness.kind === 'unsuitable' && (
        <Unsuitable
          {...readiness}
          onUseBundled={() => change(withEnvironment(question, draft, null))}
        />
      )}
      <Summary
        opening={props.opening}
        {...{ question, draft, readiness }}
        onChange={change}
        onStart={() => void start()}
        isBusy={isBusy.value}
      />
    </div>
  );
};
