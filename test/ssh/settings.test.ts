import { readFile, writeFile } from 'node:fs/promises';
import { createConnection, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Prompt, Prompter } from '../../src/ssh/askpass/prompt.ts';
import { resolveHost } from '../../src/ssh/resolve-host.ts';
import { CLIENT_KEY_FILE, KNOWN_HOSTS_FILE } from '../lab/client-config.ts';
import { haveOrSkip, program, ROOT, SSHD } from '../lab/have-or-skip.ts';
import { type Lab, type LabOptions, startLab } from '../lab/lab.ts';
import { labRunner, runOrThrow } from '../lab/run.ts';
import { openWorkshop, untilUp, type Workshop } from './connecting.ts';

let workshop: Workshop;
let undo: (() => unknown)[];

beforeEach(async (context) => {
  haveOrSkip(context, SSHD);
  workshop = await openWorkshop();
  undo = [];
});

afterEach(async () => {
  await workshop[Symbol.asyncDispose]();
  for (const step of undo.reverse()) await step();
});

const lab = async (options?: LabOptions): Promise<Lab> => {
  const one = await startLab(options);
  undo.push(() => one[Symbol.asyncDispose]());
  return one;
};

const never: Prompter = async (prompt) => {
  throw new Error(`Nothing may be asked here, but was: ${prompt.text}`);
};

/** Logs in as porthole does, and asks a server there through a forward; that is what a session needs. */
const expectWorks = async (
  host: string,
  configFile: string,
  prompter: Prompter = never,
): Promise<void> => {
  const target = { host, configFile };
  const { overrides } = await resolveHost({ runner: workshop.runner, ssh: 'ssh', target });
  const master = await workshop.connect({ target, overrides, prompter });
  await untilUp(master);
  const server: Server = createServer((socket) => socket.end('hello from the far end'));
  undo.push(() => server.close());
  // By TCP: the server's account may be another than ours.
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const localSocket = join(workshop.directory, 'near.sock');
  await master.addForward({ localSocket, remote: { kind: 'tcp', port } });
  const heard = await new Promise((resolve, reject) => {
    const socket = createConnection(localSocket).once('error', reject);
    socket.once('end', () => reject(new Error('Nothing came through the forward.')));
    socket.once('data', (chunk: Buffer) => resolve(`${chunk}`));
  });
  expect(heard).toBe('hello from the far end');
  await master.close();
};

/** The lab's config with a line in it changed, in a file of its own. */
const changed = async (one: Lab, change: (config: string) => string): Promise<string> => {
  const file = join(one.directory, 'changed_config');
  await writeFile(file, change(await readFile(one.configFile, 'utf8')));
  return file;
};

const withoutLine = (config: string, word: string): string =>
  config
    .split('\n')
    .filter((line) => !line.trim().startsWith(word))
    .join('\n');

const keygen = (...args: string[]) => runOrThrow({ file: 'ssh-keygen', args: ['-q', ...args] });

describe('failure mode 21: what only ssh can make of a config holds', () => {
  test('Include, Match exec, and what stands under them', async () => {
    const one = await lab();
    const own = await readFile(one.configFile, 'utf8');
    const body = own.slice(own.indexOf('\n') + 1);
    const included = join(one.directory, 'included');
    await writeFile(included, `Match exec "test %n = gpu"\n${body}Match all\n`);
    const file = await changed(one, () => `Include "${included}"\nHost gpu\n  Port 1\n`);
    await expectWorks('gpu', file);
  });

  test('CanonicalizeHostname, and Match canonical after it', async () => {
    const one = await lab();
    const body = (config: string) => config.slice(config.indexOf('\n') + 1);
    const file = await changed(one, (config) => {
      const rest = withoutLine(body(config), 'HostName');
      return `Host *\n  CanonicalizeHostname yes\n  CanonicalizeFallbackLocal yes\nMatch canonical host localhost\n  HostKeyAlias [127.0.0.1]:${one.port}\n${rest}`;
    });
    await expectWorks('localhost', file);
  });

  test('HostName with a token, Port and User of another block', async () => {
    const one = await lab();
    const file = await changed(one, (config) =>
      config
        .replace('HostName 127.0.0.1', 'HostName 127.0.0.%h')
        .replace(/^Host lab/m, 'Host 1 other'),
    );
    await expectWorks('1', file);
  });
});

describe('keys are taken as the config says', () => {
  const startAgent = async (one: Lab): Promise<string> => {
    const socket = join(one.directory, 'agent.sock');
    const agent = labRunner.start({ file: 'ssh-agent', args: ['-D', '-a', socket] });
    undo.push(() => agent.terminate());
    await new Promise((resolve) => agent.stdout.once('data', resolve));
    return socket;
  };
  const add = (socket: string, key: string) =>
    runOrThrow({ file: 'ssh-add', args: ['-q', key], env: { SSH_AUTH_SOCK: socket } });

  test('IdentityAgent: from the agent that is named, without a key file', async () => {
    const one = await lab();
    const socket = await startAgent(one);
    await add(socket, join(one.directory, CLIENT_KEY_FILE));
    const file = await changed(one, (config) =>
      withoutLine(withoutLine(config, 'IdentityFile'), 'IdentitiesOnly').replace(
        'IdentityAgent none',
        `IdentityAgent "${socket}"\n  IdentityFile none`,
      ),
    );
    await expectWorks('lab', file);
  });

  test('IdentitiesOnly: an agent full of other keys does not use up the attempts', async () => {
    const one = await lab({ sshd: { MaxAuthTries: '2' } });
    const socket = await startAgent(one);
    for (const name of ['k1', 'k2', 'k3', 'k4']) {
      await keygen('-t', 'ed25519', '-N', '', '-f', join(one.directory, name));
      await add(socket, join(one.directory, name));
    }
    const file = await changed(one, (config) =>
      config.replace('IdentityAgent none', `IdentityAgent "${socket}"`),
    );
    await expectWorks('lab', file);
    const all = await changed(one, (config) =>
      config
        .replace('IdentityAgent none', `IdentityAgent "${socket}"`)
        .replace('IdentitiesOnly yes', 'IdentitiesOnly no'),
    );
    const master = await workshop.connect({ target: { host: 'lab', configFile: all } });
    await expect(untilUp(master)).rejects.toMatchObject({ code: 'auth-failed' });
  });

  test('CertificateFile: a certificate lets in where the key itself does not', async () => {
    const one = await lab();
    const ca = join(one.directory, 'user_ca');
    const key = join(one.directory, CLIENT_KEY_FILE);
    await keygen('-t', 'ed25519', '-N', '', '-f', ca);
    await keygen('-s', ca, '-I', 'lab', '-n', one.user, `${key}.pub`);
    const trusting = await lab({
      alias: 'trusting',
      sshd: { TrustedUserCAKeys: `${ca}.pub`, AuthorizedKeysFile: 'none' },
    });
    const file = await changed(trusting, (config) =>
      config.replace(
        `IdentityFile "${trusting.directory}/${CLIENT_KEY_FILE}"`,
        `IdentityFile "${key}"\n  CertificateFile "${key}-cert.pub"`,
      ),
    );
    await expectWorks('trusting', file);
  });
});

describe('the way there is as the config says', () => {
  test('ProxyCommand', async () => {
    const hop = await lab({ alias: 'hop' });
    const one = await lab();
    const file = await changed(
      one,
      (config) => `${config}  ProxyCommand ssh -F "${hop.configFile}" -W %h:%p hop\n`,
    );
    await expectWorks('lab', file);
    expect(hop.sshdLog()).toMatch(/Accepted publickey/);
  });

  test('ProxyJump over two hops, with a password on each and at the end', {
    timeout: 180_000,
  }, async (context) => {
    haveOrSkip(context, ROOT);
    const locked = (password: string): LabOptions => ({
      account: { password },
      clientConfig: ['PubkeyAuthentication no'],
    });
    const seen: Prompt[] = [];
    const one = await lab({
      ...locked('third'),
      jump: { ...locked('second'), alias: 'second', jump: { ...locked('first'), alias: 'first' } },
    });
    const users = new Map([
      [one.jump?.jump?.user, 'first'],
      [one.jump?.user, 'second'],
      [one.user, 'third'],
    ]);
    await expectWorks('lab', one.configFile, async (prompt) => {
      seen.push(prompt);
      const [, text = ''] = [...users].find(([user]) => prompt.text.includes(`${user}@`)) ?? [];
      return { kind: 'answer', text };
    });
    expect(seen.map(({ kind }) => kind)).toEqual(['password', 'password', 'password']);
  });
});

describe('the server is known as the user has it', () => {
  test('from known_hosts with hashed names', async () => {
    const one = await lab();
    const file = join(one.directory, KNOWN_HOSTS_FILE);
    await keygen('-H', '-f', file);
    expect(await readFile(file, 'utf8')).toMatch(/^\|1\|/);
    await expectWorks('lab', one.configFile);
  });

  test('by a certificate of its host key', async () => {
    const ca = join(workshop.directory, 'host_ca');
    const key = join(workshop.directory, 'certified');
    await keygen('-t', 'ed25519', '-N', '', '-f', ca);
    await keygen('-t', 'ed25519', '-N', '', '-f', key);
    await keygen('-s', ca, '-I', 'host', '-h', '-n', '127.0.0.1', `${key}.pub`);
    const one = await lab({
      sshd: { HostKey: key, HostCertificate: `${key}-cert.pub` },
      knownHosts: 'unknown',
    });
    const authority = await readFile(`${ca}.pub`, 'utf8');
    await writeFile(join(one.directory, KNOWN_HOSTS_FILE), `@cert-authority * ${authority}`);
    await expectWorks('lab', one.configFile);
  });
});

test('settings that want a display, a tunnel or an agent there change nothing', async (context) => {
  haveOrSkip(context, program('xauth'));
  const one = await lab({
    clientConfig: [
      ...['ForwardX11 yes', 'ForwardX11Trusted yes', 'ForwardAgent yes', 'Tunnel yes'],
      ...['DynamicForward 1080', 'RemoteForward 1 localhost:1', 'VisualHostKey yes'],
      ...['SendEnv *', 'SetEnv GREETING=hello', 'AddKeysToAgent yes', 'HashKnownHosts yes'],
    ],
  });
  await expectWorks('lab', one.configFile);
});
