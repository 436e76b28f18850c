import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { silentLogger } from '../../src/core/logger.ts';
import { parseResolvedHost, resolveHost } from '../../src/ssh/resolve-host.ts';
import { createRunner } from '../../src/ssh/runner.ts';

const runner = createRunner({ logger: silentLogger, clock: systemClock, baseEnv: process.env });
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ph-resolve-'));
});

afterAll(async () => {
  await rm(directory, { recursive: true });
});

const resolve = async (config: string, host: string, options: string[] = []) => {
  const configFile = join(directory, 'config');
  await writeFile(configFile, config);
  return resolveHost({ runner, ssh: 'ssh', target: { host, configFile, options } });
};

test('ssh itself resolves the alias, with the options of the user', async () => {
  const resolved = await resolve(
    'Host gpu\n HostName 10.0.0.5\n Port 2222\n User ada\n ProxyJump bastion\n IdentityFile /x/key\n ControlPath /x/%h\nMatch host 10.0.0.5\n ControlMaster auto\n',
    'gpu',
    ['Port=22022'],
  );
  expect(resolved).toEqual({
    hostname: '10.0.0.5',
    user: 'ada',
    port: 22022,
    proxyJump: 'bastion',
    identityFiles: ['/x/key'],
    controlPath: '/x/10.0.0.5',
    controlMaster: 'auto',
    overrides: [],
    leftOut: [],
    confidential: [],
  });
});

test('a plain host has neither proxy nor control path', async () => {
  const resolved = await resolve('ProxyCommand none\nControlPath none\n', 'plain');
  expect(resolved).toMatchObject({ hostname: 'plain', port: 22, controlMaster: 'false' });
  expect(Object.keys(resolved)).not.toContain('proxyCommand');
  expect(Object.keys(resolved)).not.toContain('controlPath');
});

test('settings that would take the session from us are undone', async () => {
  const resolved = await resolve(
    'SessionType none\nForkAfterAuthentication yes\nStdinNull yes\n',
    'gpu',
  );
  expect(resolved.overrides).toEqual([
    'ForkAfterAuthentication=no',
    'SessionType=default',
    'StdinNull=no',
  ]);
});

test('an ssh that does not know a setting is not told of it', () => {
  expect(parseResolvedHost('hostname x\nuser y\nport 22\n', 'x').overrides).toEqual([]);
});

test('a bad option is named with its line', async () => {
  await expect(resolve('Host gpu\n Fooo bar\n', 'gpu')).rejects.toMatchObject({
    code: 'ssh-config-invalid',
    message: expect.stringContaining('line 2: Bad configuration option: fooo'),
  });
});

test('a bad option on the command line is named', async () => {
  await expect(resolve('', 'gpu', ['Foo=bar'])).rejects.toMatchObject({
    code: 'ssh-config-invalid',
    message: expect.stringContaining('Bad configuration option: foo'),
  });
});

test('a host that ssh does not take is an invalid host', async () => {
  await expect(resolve('', 'a;b')).rejects.toMatchObject({ code: 'invalid-host' });
});

test('tells what porthole leaves out, and keeps apart what may hold a secret', () => {
  const output = [
    ...['remotecommand tmux attach', 'requesttty force', 'localforward 8888 [localhost]:8888'],
    ...['forwardagent no', 'permitlocalcommand yes', 'localcommand none', 'controlpersist no'],
    ...['setenv WANDB_API_KEY=s3cret', 'setenv LANG=C', 'proxycommand cloudflared --token t0ken'],
  ].join('\n');
  expect(parseResolvedHost(output, 'gpu')).toMatchObject({
    leftOut: ['remotecommand', 'requesttty', 'localforward', 'permitlocalcommand'],
    confidential: [
      ...['tmux attach', 'WANDB_API_KEY=s3cret', 'LANG=C', 'cloudflared --token t0ken'],
    ],
  });
});
