import type { PortholeError } from '../core/errors.ts';
import { neutralizeControls } from '../core/text.ts';
import type { Style } from './style.ts';

const MAX_OUTPUT_LINES = 20;

/**
 * A failure for people: the output behind it, the fact with its code, the next step.
 *
 *   | ssh: connect to host gpu port 22: Connection refused
 *   error: gpu refuses connections on port 22.  [connection-refused]
 *   next:  Is sshd running there? ...
 */
export const renderError = (error: PortholeError, style: Style): string => {
  // What the user wanted is no error, whatever a script makes of the exit code.
  if (error.code === 'interrupted') return style.dim(`  ${error.message}`);
  const output = (error.output ?? '').trimEnd();
  const lines = output === '' ? [] : output.split('\n').slice(-MAX_OUTPUT_LINES);
  return [
    ...lines.map((line) => style.dim(`  | ${line}`)),
    `${style.red('error:')} ${neutralizeControls(error.message)}  ${style.dim(`[${error.code}]`)}`,
    ...(error.hint === undefined
      ? []
      : [`${style.cyan('next:')}  ${neutralizeControls(error.hint)}`]),
  ].join('\n');
};

/** The same for scripts. */
export const errorToJson = (error: PortholeError) => ({
  type: 'error' as const,
  code: error.code,
  message: error.message,
  ...(error.hint === undefined ? {} : { hint: error.hint }),
  ...(error.output === undefined ? {} : { output: error.output }),
});
