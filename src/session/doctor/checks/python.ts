import type { Diagnosis } from '../../../remote/protocol/diagnosis.ts';
import type { Hello } from '../../../remote/protocol/wire.ts';
import { defineCheck } from '../check.ts';
import type { LoginView } from '../login.ts';
import { loginFailure } from '../login-owner.ts';
import type { Finding } from '../report.ts';

interface Facts {
  readonly view: LoginView;
  readonly diagnosis: Diagnosis | undefined;
}

/** The interpreter that runs porthole's part there, and those that were passed over. */
export const python = defineCheck<Facts>({
  id: 'python',
  title: 'Python',
  needs: ['login-shell'],
  byHand: (bench) => bench.sshLine([], 'command -v python3; python3 --version'),
  look: async (bench) => {
    const view = await (await bench.login()).until(() => false);
    const diagnosis = view.outcome?.kind === 'opened' ? await bench.diagnosis() : undefined;
    return { view, diagnosis };
  },
  judge: ({ view, diagnosis }) =>
    loginFailure('python', view) ??
    judgePython(view.outcome?.kind === 'opened' ? view.outcome.hello : undefined, diagnosis),
});

const MAX_NAMED = 6;

export const judgePython = (
  hello: Hello | undefined,
  diagnosis: Pick<Diagnosis, 'pythons'> | undefined,
): Finding => {
  const chosen = hello === undefined ? 'none' : `${hello.executable} (${hello.python.join('.')})`;
  const others = (diagnosis?.pythons ?? []).filter(
    ({ path, executable }) => path !== hello?.executable && executable !== hello?.executable,
  );
  const named = others
    .slice(0, MAX_NAMED)
    .map(({ path, version }) => `${path} (${version ?? 'does not run, or is none'})`);
  const more = others.length > MAX_NAMED ? `, and ${others.length - MAX_NAMED} more` : '';
  const rest = named.length === 0 ? '' : `; there are also ${named.join(', ')}${more}`;
  return { verdict: 'ok', fact: `${chosen}${rest}` };
};
