import { singleLine } from '../core/text.ts';
import type { AskedPrompt } from './askpass/prompt.ts';
import type { Failure, FailureContext, FailureInput } from './failure.ts';

/** "user@host: Permission denied (publickey,password)." */
export const explainLogin = (context: FailureContext): Failure => {
  const { match, host, destination, stderr, asked = [] } = context;
  const [, login = host, list = ''] = match;
  const methods = list.split(',').filter((method) => method !== '');
  const who = login === host ? host : `${host} (${login})`;
  const unanswered = asked.findLast(({ outcome }) => outcome === 'unavailable');
  if (unanswered !== undefined) return needsTerminal(who, unanswered);
  if (asked.at(-1)?.outcome === 'refused') return givenUpBy(who);
  const offered = methods.length === 0 ? '' : ` It accepts: ${methods.join(', ')}.`;
  return {
    code: 'auth-failed',
    message: `${who} did not accept the login: permission denied.${offered}`,
    hint: keyFileHint(stderr) ?? loginHint(destination, asked),
  };
};

/** Where the last question found no answer and ssh was ended for it, before it sent an empty one. */
export const explainGivenUp = ({ host, asked = [], signal }: FailureInput): Failure | undefined => {
  const last = asked.at(-1);
  if (last === undefined || signal === null) return undefined;
  if (last.outcome === 'unavailable') return needsTerminal(host, last);
  return last.outcome === 'refused' ? givenUpBy(host) : undefined;
};

const givenUpBy = (who: string): Failure => ({
  code: 'auth-failed',
  message: `The login to ${who} was given up at ssh's question.`,
  hint: 'Open it again to be asked again.',
});

/** The server counts each key that is offered. */
export const explainTooManyKeys = ({ host }: FailureContext): Failure => ({
  code: 'auth-failed',
  message: `${host} refused the login after too many keys or passwords.`,
  hint: 'Offer only the right key: -i FILE -o IdentitiesOnly=yes, or the same two in the ssh config.',
});

const needsTerminal = (who: string, { kind, text }: AskedPrompt): Failure => ({
  code: 'auth-needs-terminal',
  message: `${who} needs ${NEEDS[kind]} ("${singleLine(text).slice(0, 120)}") and there is no terminal to ask on.`,
  hint: 'Run porthole in a terminal, or use a key that ssh can use by itself (ssh-add).',
});

const NEEDS: Readonly<Record<AskedPrompt['kind'], string>> = {
  'host-key': 'its host key confirmed',
  password: 'a password',
  passphrase: 'the passphrase of a key',
  code: 'a one-time code',
  confirmation: 'a confirmation',
  notice: 'a key touched',
  text: 'an answer',
};

/** What was typed into these could be wrong; a key can be confirmed or touched for a login that then fails. */
const TYPED: ReadonlySet<AskedPrompt['kind']> = new Set(['password', 'passphrase', 'code', 'text']);

const keyFileHint = (stderr: string): string | undefined => {
  const file = /^Load key "(.+)": bad permissions/m.exec(stderr)?.[1];
  if (file !== undefined) return `ssh ignored a key that others may read: chmod 600 ${file}`;
  if (/agent refused operation/.test(stderr)) {
    return 'The ssh agent refused to sign: unlock or confirm the key there, or add it again (ssh-add).';
  }
  return undefined;
};

const loginHint = (destination: string, asked: readonly AskedPrompt[]): string =>
  asked.some(({ kind, outcome }) => outcome === 'answered' && TYPED.has(kind))
    ? 'Check the user name and what was typed; the server may also lock an account for a while.'
    : `Check the user name (-l, User) and which keys ssh offers: ssh -v ${destination} true`;
