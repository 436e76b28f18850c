import { PortholeError } from '../core/errors.ts';
import { neutralizeControls, singleLine, tailOf } from '../core/text.ts';
import { explainGivenUp } from './auth-failures.ts';
import { withoutDebugLines } from './debug-lines.ts';
import type { Failure, FailureInput } from './failure.ts';
import { FAILURE_ROWS } from './failure-rows.ts';

/** ssh's own failures; every other exit code is that of the command it ran. */
const SSH_FAILURE = 255;
const MAX_OUTPUT_CHARACTERS = 4000;
/** Told of one forwarded connection (a viewer that does not listen yet), never of ssh's own end. */
const ONE_CHANNEL = /^channel \d+: open failed: /;

/** Names the failure of an ssh that has ended. Pure; the only place that reads ssh's words. */
export const classify = (input: FailureInput): Failure => {
  if (input.exitCode !== null && input.exitCode !== SSH_FAILURE) return loginEnded(input);
  const givenUp = input.phase === 'connect' ? explainGivenUp(input) : undefined;
  if (givenUp !== undefined) return givenUp;
  const stderr = wordsOf(input);
  for (const row of FAILURE_ROWS) {
    if (!row.phases.includes(input.phase)) continue;
    const match = row.pattern.exec(stderr);
    if (match !== null) return row.explain({ destination: input.host, ...input, stderr, match });
  }
  return unexplained({ ...input, stderr });
};

/** As `classify`, as an error that carries the end of ssh's output. */
export const connectionError = (input: FailureInput): PortholeError =>
  new PortholeError({
    ...classify(input),
    output: tailOf(wordsOf(input), MAX_OUTPUT_CHARACTERS),
  });

/** What ssh says to people. */
const wordsOf = ({ stderr }: FailureInput): string => withoutDebugLines(neutralizeControls(stderr));

const loginEnded = ({ exitCode, host, destination = host, phase }: FailureInput): Failure =>
  phase === 'open'
    ? {
        code: 'connection-closed',
        message: `porthole's part on ${host} ended (exit code ${exitCode}).`,
        hint: 'The viewer there keeps running for the grace time; open it again.',
      }
    : {
        code: 'login-shell',
        message: `The login on ${host} ended with exit code ${exitCode} before porthole could start there.`,
        hint: `See what the login does: ssh ${destination} "exec sh -c 'echo ok'" should print ok and nothing else.`,
      };

const unexplained = ({
  exitCode,
  signal,
  host,
  destination = host,
  stderr,
}: FailureInput): Failure => {
  const lines = stderr.trimEnd().split('\n');
  const lastLine = lines.filter((line) => !ONE_CHANNEL.test(line)).at(-1) ?? '';
  const words = lastLine === '' ? '' : `: ${singleLine(lastLine)}`;
  const end = signal === null ? `exit code ${exitCode}` : `signal ${signal}`;
  return {
    code: 'connection-closed',
    message: `ssh to ${host} ended (${end})${words}`,
    hint: `Try the same by hand: ssh -v ${destination} true`,
  };
};
