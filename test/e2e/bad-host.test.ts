import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { haveOrSkip, SSHD } from '../lab/have-or-skip.ts';
import { startLab } from '../lab/lab.ts';
import { openFailing, runFailing } from './failing.ts';
import { makeWorkplace, openWords, type Workplace } from './workplace.ts';

const CONFIG = `
Host gpu-server
  HostName 127.0.0.1
  Port 1
Host renamed
  HostName nowhere.invalid
`;

/** Opens a host of the config above, which must fail and leave nothing. */
const openHost = async (here: Workplace, alias: string) => {
  const configFile = join(here.directory, 'config');
  await writeFile(configFile, CONFIG);
  const failed = await runFailing(here, openWords({ alias, configFile }, []));
  expect(await here.remains()).toEqual([]);
  return failed;
};

describe('a host', () => {
  test('failure mode 26: that is no alias is not found, and the nearest alias is suggested', async () => {
    await using here = await makeWorkplace();
    for (const [typed, meant] of [
      ['gpu-sevrer', 'gpu-server'],
      ['ada@gpu-sever', 'ada@gpu-server'],
    ] as const) {
      expect((await openHost(here, typed)).error).toMatchObject({
        code: 'host-unresolvable',
        message: `Cannot find ${typed}: the name cannot be resolved.`,
        hint: expect.stringContaining(`Did you mean "${meant}"?`),
        output: expect.stringContaining('ssh: Could not resolve hostname'),
      });
    }
  });

  test('whose HostName does not resolve is not found by that name', async () => {
    await using here = await makeWorkplace();
    expect((await openHost(here, 'renamed')).error).toMatchObject({
      code: 'host-unresolvable',
      message: 'Cannot find renamed: the name nowhere.invalid cannot be resolved.',
      hint: expect.stringContaining('VPN'),
    });
  });

  test('whose port is refused is told with address and port', async () => {
    await using here = await makeWorkplace();
    const { error, lines } = await openHost(here, 'gpu-server');
    expect(error).toMatchObject({
      code: 'connection-refused',
      message: 'Cannot connect to gpu-server (127.0.0.1 port 1): Connection refused.',
      hint: expect.stringContaining('Port'),
    });
    expect(lines).toEqual([{ type: 'step', step: 'connect', status: 'start' }]);
  });

  test('that begins with a dash, or holds white space, never reaches ssh', async () => {
    await using here = await makeWorkplace();
    const trap = join(here.directory, 'trap');
    const flags = ['open', '--json', '--no-open', '--yes'];
    for (const [host, problem] of [
      [`-oProxyCommand=touch ${trap}`, 'it begins with "-"'],
      [`ada@-oProxyCommand=touch${trap}`, 'it begins with "-"'],
      ['gpu server', 'it contains white space'],
      ['', 'it is empty'],
    ] as const) {
      expect((await runFailing(here, [...flags, '--', host])).error).toMatchObject({
        code: 'invalid-host',
        message: `Cannot use "${host}" as a host: ${problem}.`,
        hint: expect.stringContaining('porthole hosts'),
      });
    }
    // Without the dashes before it, it is an option of ssh's, and the host is missing.
    const asOption = await runFailing(here, [...flags, `-oProxyCommand=touch ${trap}`]);
    expect(asOption.error).toMatchObject({
      code: 'usage',
      message: 'Cannot run "porthole open": HOST is missing.',
    });
    await expect(access(trap)).rejects.toThrow('ENOENT');
    expect(await here.remains()).toEqual([]);
  });
});

describe('a host key', () => {
  test('failure mode 22: that is not known is shown and refused where there is no terminal', async (context) => {
    haveOrSkip(context, SSHD);
    await using here = await makeWorkplace();
    await using lab = await startLab({ knownHosts: 'unknown' });
    expect(await openFailing(here, lab)).toMatchObject({
      exitCode: 5,
      error: {
        code: 'host-key-unknown',
        message: expect.stringMatching(/^The host key of lab \(SHA256:\S+\) is not known/),
        hint: `Run \`ssh -F ${lab.configFile} lab\` once in a terminal and confirm the key there.`,
      },
    });
  });

  test('failure mode 22: that has changed is told with file, line and the command that removes it', async (context) => {
    haveOrSkip(context, SSHD);
    await using here = await makeWorkplace();
    await using lab = await startLab({ knownHosts: 'changed' });
    const knownHosts = join(lab.directory, 'known_hosts');
    expect(await openFailing(here, lab)).toMatchObject({
      exitCode: 5,
      error: {
        code: 'host-key-changed',
        message: expect.stringContaining(`The known one is in ${knownHosts}, line 1.`),
        hint: expect.stringContaining(`ssh-keygen -f ${knownHosts} -R '[127.0.0.1]:${lab.port}'`),
        output: expect.stringContaining('REMOTE HOST IDENTIFICATION HAS CHANGED'),
      },
    });
  });
});

describe('a word that is neither command nor host', () => {
  test.each([
    [['opne', 'gpu'], 'usage', 'If you meant the command: porthole open gpu --json.'],
    [['sotp', '--all'], 'usage', 'If you meant the command: porthole stop --all --json.'],
    [['lst'], 'host-unresolvable', 'If you meant the command: porthole ls --json.'],
    [['attach', 'gpu'], 'usage', '"attach" is no command, so it was taken for a host.'],
    [['gpu-server', '--prot'], 'usage', 'See: porthole open --help'],
  ])('is told with the command that it may stand for (%j)', async (words, code, hint) => {
    await using here = await makeWorkplace();
    expect((await runFailing(here, [...words, '--json'])).error).toMatchObject({
      code,
      hint: expect.stringContaining(hint),
    });
  });
});
