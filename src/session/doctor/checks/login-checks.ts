import type { PromptKind } from '../../../ssh/askpass/prompt.ts';
import type { LoginSigns } from '../../../ssh/login-lines.ts';
import type { Bench } from '../bench.ts';
import { defineCheck } from '../check.ts';
import type { LoginView } from '../login.ts';
import { loginFailure } from '../login-owner.ts';
import type { Finding } from '../report.ts';

const NOT_TOLD = 'ssh did not tell';

/** The login, as soon as ssh has told of what a check looks at. */
const when = (has: (signs: LoginSigns) => boolean) => async (bench: Bench) =>
  (await bench.login()).until(has);

/** The way to the server, all jump hosts passed, and whether the two ssh agree on ciphers. */
export const handshake = defineCheck<LoginView>({
  id: 'handshake',
  title: 'ssh there',
  needs: ['here', 'tcp'],
  byHand: (bench) => bench.sshLine(['-v'], 'true'),
  look: when(({ hostKey }) => hostKey !== undefined),
  judge: (view) =>
    loginFailure('handshake', view) ?? {
      verdict: 'ok',
      fact: view.signs.serverVersion ?? NOT_TOLD,
    },
});

/** Whether the server is the one that known_hosts knows. */
export const hostKey = defineCheck<LoginView>({
  id: 'host-key',
  title: 'host key',
  needs: ['handshake'],
  byHand: (bench) => bench.sshLine(['-o', 'StrictHostKeyChecking=yes'], 'true'),
  look: when((signs) => signs.hostKeyKnown !== undefined || isPastHostKey(signs)),
  judge: (view) => loginFailure('host-key', view) ?? { verdict: 'ok', fact: describeKey(view) },
});

const isPastHostKey = ({ accepts, authenticatedBy }: LoginSigns): boolean =>
  accepts.length > 0 || authenticatedBy !== undefined;

const describeKey = ({ signs, asked }: LoginView): string => {
  const { hostKey: key = NOT_TOLD, hostKeyKnown } = signs;
  if (hostKeyKnown !== undefined) return `${key}, known by ${hostKeyKnown}`;
  return asked.includes('host-key') ? `${key}, confirmed just now` : key;
};

/** Which methods the server accepts, which ssh tried, with which keys, and what it asked. */
export const authentication = defineCheck<LoginView>({
  id: 'authentication',
  title: 'authentication',
  needs: ['host-key'],
  byHand: (bench) => bench.sshLine(['-v'], 'true'),
  look: when(({ authenticatedBy }) => authenticatedBy !== undefined),
  judge: (view) => judgeAuthentication(view),
});

export const judgeAuthentication = (view: LoginView): Finding => {
  const failure = loginFailure('authentication', view);
  const { accepts, tried, keys, halfway, authenticatedBy } = view.signs;
  const attempts = [
    ...(accepts.length > 0 ? [`the server accepts ${accepts.join(', ')}`] : []),
    ...(tried.length > 0 ? [`ssh tried ${tried.join(', ')}`] : []),
    ...(keys.length > 0 ? [`offered ${keys.join('; ')}`] : []),
    ...(view.asked.length > 0 ? [`asked for ${view.asked.map(nameOfPrompt).join(', ')}`] : []),
  ];
  if (failure?.verdict === 'failed') {
    const noKey = keys.length === 0 && accepts.includes('publickey');
    const words = [...attempts, ...(noKey ? ['ssh had no key to offer'] : [])];
    const tail = words.length === 0 ? '' : ` (${words.join('; ')})`;
    return { ...failure, cause: `${failure.cause.replace(/[.]$/, '')}${tail}.` };
  }
  const by = [...halfway, authenticatedBy ?? NOT_TOLD].join(' and then ');
  return { verdict: 'ok', fact: [`by ${by}`, ...attempts].join('; ') };
};

const nameOfPrompt = (kind: PromptKind): string => PROMPTS[kind];

const PROMPTS: Readonly<Record<PromptKind, string>> = {
  'host-key': 'the host key',
  password: 'a password',
  passphrase: 'a passphrase',
  code: 'a one-time code',
  confirmation: 'a confirmation',
  notice: 'a key to be touched',
  text: 'an answer',
};

/** Whether the login shell runs porthole's command, and what it prints beside it. */
export const loginShell = defineCheck<LoginView>({
  id: 'login-shell',
  title: 'login shell',
  needs: ['authentication'],
  byHand: (bench) => bench.sshLine([], "exec sh -c 'echo ok'"),
  look: when(() => false),
  judge: (view) => judgeShell(view),
});

export const judgeShell = (view: LoginView): Finding => {
  const failure = loginFailure('login-shell', view);
  if (failure !== undefined) return failure;
  const noise = view.outcome?.kind === 'opened' ? view.outcome.noise : '';
  if (noise === '')
    return { verdict: 'ok', fact: "runs porthole's command and prints nothing else" };
  const lines = noise.trimEnd().split('\n').length;
  return {
    verdict: 'warning',
    fact: "runs porthole's command",
    cause: `The login prints ${noise.length} characters in ${lines} line${lines === 1 ? '' : 's'} before any command runs.`,
    remedy:
      'porthole skips it, scp and rsync do not: in the rc files there, print only where the shell is interactive.',
  };
};
