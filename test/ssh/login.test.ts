import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Prompt, Prompter } from '../../src/ssh/askpass/prompt.ts';
import { haveOrSkip, ROOT } from '../lab/have-or-skip.ts';
import { type Lab, type LabOptions, startLab } from '../lab/lab.ts';
import { type ConnectInput, openWorkshop, untilUp, type Workshop } from './connecting.ts';

let workshop: Workshop;
let labs: Lab[];

beforeEach(async () => {
  workshop = await openWorkshop();
  labs = [];
});

afterEach(async () => {
  await workshop[Symbol.asyncDispose]();
  for (const lab of labs) await lab[Symbol.asyncDispose]();
});

const lab = async (options?: LabOptions): Promise<Lab> => {
  const one = await startLab(options);
  labs.push(one);
  return one;
};

/** Connects; resolves when the login is done, rejects with the named failure. */
const login = async (one: Lab, { target, ...more }: Partial<ConnectInput> = {}) => {
  const { alias: host, configFile } = one;
  const master = await workshop.connect({ target: { host, configFile, ...target }, ...more });
  await untilUp(master);
  return master;
};

const answering = (text: string, seen: Prompt[] = []): Prompter => {
  return async (prompt) => {
    seen.push(prompt);
    return { kind: 'answer', text };
  };
};

const never: Prompter = async (prompt) => {
  throw new Error(`Nothing may be asked here, but was: ${prompt.text}`);
};

describe('the way to the server', () => {
  const config = async (text: string): Promise<string> => {
    const file = join(workshop.directory, 'config');
    await writeFile(file, text);
    return file;
  };
  const failure = async (text: string) => {
    const target = { host: 'gpu', configFile: await config(text) };
    const master = await workshop.connect({ target });
    return master.exited;
  };

  test('a port that nobody listens on is refused', async () => {
    expect(await failure('Host gpu\n HostName 127.0.0.1\n Port 1\n')).toMatchObject({
      error: { code: 'connection-refused', message: expect.stringContaining('127.0.0.1 port 1') },
    });
  });

  test('a name that does not resolve is named', async () => {
    expect(await failure('Host gpu\n HostName nowhere.invalid\n')).toMatchObject({
      error: { code: 'host-unresolvable', message: expect.stringContaining('nowhere.invalid') },
    });
  });

  test('a jump host that gives no connection is told apart', async () => {
    const text =
      'Host gpu\n HostName 127.0.0.1\n ProxyJump jump\nHost jump\n HostName 127.0.0.1\n Port 1\n';
    expect(await failure(text)).toMatchObject({ error: { code: 'jump-host-failed' } });
  });

  test('a server that the jump host cannot reach is told apart', async () => {
    const jump = await lab({ alias: 'jump' });
    const own = await readFile(jump.configFile, 'utf8');
    const text = `Host gpu\n HostName 127.0.0.1\n Port 1\n ProxyJump jump\n${own}`;
    expect(await failure(text)).toMatchObject({
      error: {
        code: 'jump-host-failed',
        message: expect.stringContaining('cannot reach gpu: Connection refused'),
      },
    });
  });

  test('a broken config is named with its line', async () => {
    expect(await failure('Host gpu\n Nonsense yes\n')).toMatchObject({
      error: { code: 'ssh-config-invalid', message: expect.stringContaining('line 2') },
    });
  });
});

describe('the host key', () => {
  test('an unknown one is asked for in the words of ssh; with yes the login goes on', async () => {
    const seen: Prompt[] = [];
    const one = await lab({ knownHosts: 'unknown' });
    await login(one, { prompter: answering('yes', seen) });
    expect(seen.map(({ kind }) => kind)).toEqual(['host-key']);
    expect(seen[0]?.text).toMatch(/fingerprint is SHA256:/);
    // Now it is known: nothing is asked.
    await login(one, { prompter: never });
  });

  test('with no it is refused', async () => {
    const one = await lab({ knownHosts: 'unknown' });
    await expect(login(one, { prompter: answering('no') })).rejects.toMatchObject({
      code: 'host-key-refused',
    });
  });

  test('without a terminal it stays unknown, and its fingerprint is shown', async () => {
    const one = await lab({ knownHosts: 'unknown' });
    await expect(login(one)).rejects.toMatchObject({
      code: 'host-key-unknown',
      message: expect.stringMatching(/SHA256:.*no terminal/),
    });
  });

  test('in the background nothing is asked', async () => {
    const one = await lab({ knownHosts: 'unknown' });
    const asked = login(one, { prompter: never, prompting: 'batch' });
    await expect(asked).rejects.toMatchObject({ code: 'host-key-unknown' });
    expect(workshop.lastAttempt()?.asked()).toEqual([]);
  });

  test('a changed one is refused unasked, with file, line and the command that removes it', async () => {
    const one = await lab({ knownHosts: 'changed' });
    await expect(login(one, { prompter: never })).rejects.toMatchObject({
      code: 'host-key-changed',
      message: expect.stringMatching(/is in .*, line \d+\./),
      hint: expect.stringMatching(/ssh-keygen -f \S+ -R \S+$/),
    });
  });
});

describe('the login', () => {
  test('a key that the server does not know is refused, with the methods that it accepts', async () => {
    const key = join(workshop.directory, 'other-key');
    const args = ['-q', '-t', 'ed25519', '-N', '', '-f', key];
    await workshop.runner.run({ file: 'ssh-keygen', args });
    const one = await lab();
    const config = join(workshop.directory, 'config');
    const own = await readFile(one.configFile, 'utf8');
    await writeFile(config, own.replace(/^\s*IdentityFile .*$/gm, ` IdentityFile ${key}`));
    const target = { host: one.alias, configFile: config };
    await expect(login(one, { target, prompting: 'batch' })).rejects.toMatchObject({
      code: 'auth-failed',
      message: expect.stringContaining('publickey'),
    });
  });

  test('the passphrase of a key is asked for', async () => {
    const seen: Prompt[] = [];
    const one = await lab({ keyPassphrase: 'correct horse' });
    await login(one, { prompter: answering('correct horse', seen) });
    expect(seen.map(({ kind }) => kind)).toEqual(['passphrase']);
  });

  test('a passphrase that nobody can type needs a terminal', async () => {
    const one = await lab({ keyPassphrase: 'correct horse' });
    await expect(login(one)).rejects.toMatchObject({ code: 'auth-needs-terminal' });
  });

  test('a password is asked for, and goes to the server as it was typed', async (context) => {
    haveOrSkip(context, ROOT);
    const seen: Prompt[] = [];
    const password = 'x ä"$(id)\\';
    const one = await lab({ account: { password }, clientConfig: ['PubkeyAuthentication no'] });
    await login(one, { prompter: answering(password, seen) });
    expect(seen.map(({ kind }) => kind)).toEqual(['password']);
    expect(seen[0]?.host).toBe(one.alias);
  });

  test('a wrong password is asked for three times, then the login has failed', async (context) => {
    haveOrSkip(context, ROOT);
    const seen: Prompt[] = [];
    const one = await lab({
      account: { password: 'right' },
      clientConfig: ['PubkeyAuthentication no'],
    });
    await expect(login(one, { prompter: answering('wrong', seen) })).rejects.toMatchObject({
      code: 'auth-failed',
      message: expect.stringContaining('password'),
      hint: expect.stringContaining('what was typed'),
    });
    expect(seen.map(({ kind }) => kind)).toEqual(['password', 'password', 'password']);
  });

  test('a password that nobody can type needs a terminal; in the background it is not asked', async (context) => {
    haveOrSkip(context, ROOT);
    const one = await lab({
      account: { password: 'right' },
      clientConfig: ['PubkeyAuthentication no'],
    });
    await expect(login(one)).rejects.toMatchObject({ code: 'auth-needs-terminal' });
    const background = login(one, { prompting: 'batch', prompter: never });
    await expect(background).rejects.toMatchObject({ code: 'auth-failed' });
  });

  test('a jump host asks as well', async (context) => {
    haveOrSkip(context, ROOT);
    const seen: Prompt[] = [];
    const jump = {
      alias: 'jump',
      account: { password: 'right' },
      clientConfig: ['PubkeyAuthentication no'],
    };
    const one = await lab({ jump });
    await login(one, { prompter: answering('right', seen) });
    expect(seen.map(({ kind }) => kind)).toEqual(['password']);
    // BatchMode does not reach the ssh that ProxyJump starts: the prompter that refuses does.
    const background = login(one, { prompting: 'batch' });
    await expect(background).rejects.toMatchObject({ code: 'auth-needs-terminal' });
  });

  test('a login that exits at once is named with its exit code', async () => {
    const one = await lab({ sshd: { ForceCommand: 'echo goodbye; exit 3' } });
    await expect(login(one)).rejects.toMatchObject({
      code: 'login-shell',
      message: expect.stringContaining('exit code 3'),
    });
  });

  test('a banner that looks like a failure does not disturb the login', async () => {
    const one = await lab({ banner: 'Welcome.\nHost key verification failed.\n' });
    await login(one);
  });
});
