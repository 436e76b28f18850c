import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LAB_SHELLS } from '../lab/account.ts';
import { CLIENT_KEY_FILE, KNOWN_HOSTS_FILE } from '../lab/client-config.ts';
import { haveOrSkip, program, ROOT, SSHD } from '../lab/have-or-skip.ts';
import { type Lab, type LabOptions, startLab } from '../lab/lab.ts';
import { noisyHome } from '../lab/noisy-home.ts';
import { ensureVenv } from '../lab/venvs.ts';
import { at, bearer, get } from './http.ts';
import { expectNothingLeft, viewersOn } from './server-side.ts';
import { makeWorkplace, type Typing, type Workplace } from './workplace.ts';

describe('the same viewer is ready', () => {
  test.for(LAB_SHELLS)(
    'failure mode 6: with the login shell %s and rc files that print',
    async (shell, context) => {
      haveOrSkip(context, SSHD, ROOT, program(shell === 'ash' ? 'busybox' : shell));
      await using lab = await startLab({ account: { shell }, homeFiles: noisyHome() });
      await expectReady(lab);
      // An account of its own: nobody else's sessions are there.
      await expect(readdir(`/tmp/porthole-${lab.uid}`)).rejects.toThrow('ENOENT');
    },
  );

  test('behind a jump host', async (context) => {
    haveOrSkip(context, SSHD);
    await using lab = await startLab({ jump: {} });
    await expectReady(lab);
    await expect.poll(() => lab.jump?.connections(), { timeout: 60_000 }).toBe(0);
  });

  test('failure mode 11: with a config that is made for other uses of the server', async (context) => {
    haveOrSkip(context, SSHD);
    await using place = await makeWorkplace();
    const [touched, control] = ['touched', 'master'].map((name) => join(place.directory, name));
    await using lab = await startLab({
      clientConfig: [
        'RemoteCommand tmux attach',
        'RequestTTY force',
        ...['PermitLocalCommand yes', `LocalCommand touch ${touched}`],
        ...['ControlMaster auto', `ControlPath ${control}`, 'ControlPersist 10m'],
        ...['LocalForward 1 localhost:1', 'ExitOnForwardFailure yes', 'ForwardAgent yes'],
        ...['ForwardX11 yes', 'DynamicForward 2', 'RemoteForward 3 localhost:3'],
      ],
    });
    await expectReady(lab);
    expect(await readdir(place.directory)).not.toContain('touched');
    expect(await readdir(place.directory)).not.toContain('master');
  });

  test('by user and address, with the options of ssh and no config', async (context) => {
    haveOrSkip(context, SSHD);
    await using lab = await startLab();
    const options = [
      ...['-p', String(lab.port), '-i', join(lab.directory, CLIENT_KEY_FILE)],
      ...['-o', `UserKnownHostsFile=${join(lab.directory, KNOWN_HOSTS_FILE)}`],
      ...['-o', 'IdentityAgent=none'],
    ];
    const host = `${lab.user}@127.0.0.1`;
    await expectReady({ ...lab, alias: host, configFile: '/dev/null' }, options);
  });
});

describe('what ssh asks for is typed in the terminal, and the same viewer is ready', () => {
  test('with the password of an account', async (context) => {
    haveOrSkip(context, SSHD, ROOT);
    const password = 'Zwölf $(boxkampf) "jäger"';
    const lab = { account: { password }, clientConfig: ['PubkeyAuthentication no'] };
    await expectReadyOnTerminal(lab, [{ expect: 'password:', send: `${password}\r` }]);
  });

  test('with the passphrase of a key', async (context) => {
    haveOrSkip(context, SSHD);
    const keyPassphrase = 'open, sesame';
    const asked = [{ expect: 'Enter passphrase for key', send: `${keyPassphrase}\r` }];
    await expectReadyOnTerminal({ keyPassphrase }, asked);
  });

  test('with an unknown host key that is confirmed', async (context) => {
    haveOrSkip(context, SSHD);
    const asked = [{ expect: '(yes/no/[fingerprint])?', send: 'yes\r' }];
    await expectReadyOnTerminal({ knownHosts: 'unknown' }, asked);
  });
});

/** Words of `open` for a lab without runs: what is shown does not matter to a login. */
const wordsFor = async (lab: Lab): Promise<readonly string[]> => {
  const { directory } = await ensureVenv('runicorn-newest');
  return ['--env', directory, '--storage', lab.home];
};

const expectReady = async (lab: Lab, options: readonly string[] = []): Promise<void> => {
  await using here = await makeWorkplace();
  const porthole = here.open(lab, [...options, ...(await wordsFor(lab))]);
  const { url, storage, host } = await porthole.ready();
  expect(host).toBe(lab.alias);
  expect(storage).toBe(lab.home);
  expect((await get(at(url, '/api/runs'), bearer(url))).body).toBe('[]');
  const viewers = await viewersOn(lab);
  expect(viewers).toHaveLength(1);
  expect(await porthole.end('SIGINT')).toEqual({ exitCode: 130, signal: null });
  await expectNothingLeft(here, [{ lab, viewers }]);
};

const expectReadyOnTerminal = async (
  options: LabOptions,
  asked: readonly Typing[],
): Promise<void> => {
  await using lab = await startLab(options);
  await using here = await makeWorkplace();
  const words = ['open', lab.alias, '-F', lab.configFile, '--yes', '--no-open'];
  const stop = { expect: 'Ctrl+C stops it.', send: '\u0003' };
  const terminal = await here.onTerminal([...words, ...(await wordsFor(lab))], [...asked, stop]);
  expect(terminal.exit).toBe(130);
  expect(terminal.transcript).toMatch(/http:\/\/localhost:\d+\/\?token=porthole_/);
  for (const { send } of asked.filter(isSecret)) {
    expect(terminal.transcript).not.toContain(send.trim());
  }
  await expectNothingLeft(here, [{ lab, viewers: [] }]);
  await expectForgotten(here, asked);
};

const isSecret = ({ send }: Typing): boolean => send !== 'yes\r';

/** Nothing typed is in a file of porthole's. */
const expectForgotten = async (here: Workplace, asked: readonly Typing[]): Promise<void> => {
  const kept = await here.keptText();
  expect(kept).toContain('runicorn');
  for (const { send } of asked.filter(isSecret)) expect(kept).not.toContain(send.trim());
};
