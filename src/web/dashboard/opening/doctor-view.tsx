import { useEffect, useState } from 'preact/hooks';
import type { Check, DoctorLine, Failure, Target } from '../../../hub/api/contract.ts';
import { Command } from '../../kit/copy.tsx';
import { formatDuration } from '../../kit/format.ts';
import { Icon } from '../../kit/icon.tsx';
import { failureFrom, send } from '../api/call.ts';
import { readLines } from '../api/read-lines.ts';
import { Prose } from '../prose.tsx';
import { type Examination, NOTHING_YET, withLine } from './doctor.ts';
import styles from './doctor-view.module.css';

/** Every step of the way looked at on its own, as `porthole doctor` does. */
export const DoctorView = ({ target }: { readonly target: Target }) => {
  const [examination, setExamination] = useState<Examination>(NOTHING_YET);
  const [failure, setFailure] = useState<Failure | null>(null);
  useEffect(() => {
    const abort = new AbortController();
    const examine = async () => {
      const response = await send('POST /api/doctor', { body: { target }, signal: abort.signal });
      await readLines(response, (line) =>
        setExamination((before) => withLine(before, line as DoctorLine)),
      );
    };
    examine().catch((error: unknown) => {
      if (!abort.signal.aborted) setFailure(failureFrom(error));
    });
    return () => abort.abort();
  }, []);
  const problem = failure ?? examination.failure;
  return (
    <section class={styles.doctor} aria-label="Doctor">
      <h3>
        <span role="status">{TITLES[problem === null ? examination.outcome : 'broke-off']}</span>
      </h3>
      <ol class={styles.checks}>
        {examination.checks.map((check) => (
          <CheckLine key={check.id} check={check} />
        ))}
      </ol>
      {problem !== null && (
        <p role="alert">
          {problem.message} {problem.hint}
        </p>
      )}
    </section>
  );
};

const TITLES: Readonly<Record<Examination['outcome'] | 'broke-off', string>> = {
  running: 'Doctor is looking…',
  healthy: 'Doctor finds nothing wrong',
  warnings: 'Doctor finds something to know',
  failed: 'Doctor found what is wrong',
  'broke-off': 'Doctor could not finish',
};

const ICONS = { ok: 'check', warning: 'alert', failed: 'close', skipped: 'minus' } as const;

const CheckLine = ({ check }: { readonly check: Check }) => {
  const { title, status, detail, ms, problem } = check;
  return (
    <li class={styles.check} data-status={status}>
      <span class={styles.mark}>
        {status === 'running' ? '…' : <Icon name={ICONS[status]} size={14} />}
        <span class="visually-hidden">{status}</span>
      </span>
      <div class={styles.body}>
        <p class={styles.title}>
          <span class={styles.name}>{title}</span> <span class={styles.detail}>{detail}</span>
        </p>
        {problem !== null && (
          <>
            <p>{problem.message}</p>
            {problem.hint !== null && (
              <p>
                <Prose text={problem.hint} />
              </p>
            )}
            {problem.command !== null && <Command text={problem.command} />}
          </>
        )}
      </div>
      <span class={styles.time}>{ms === null ? '' : formatDuration(ms / 1000)}</span>
    </li>
  );
};
