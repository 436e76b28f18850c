import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ensureBuilt } from '../../../scripts/lib/ensure-built.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { resolvePaths } from '../../../src/core/paths.ts';
import { ensurePrivateDirectory } from '../../../src/core/private-directory.ts';
import { type ControlServer, startControlServer } from '../../../src/hub/control-server.ts';
import { controlSocketIn } from '../../../src/hub/control-socket.ts';
import { DRIVER } from '../../e2e/workplace.ts';
import { haveOrSkip, program } from '../../lab/have-or-skip.ts';
import { labRunner } from '../../lab/run.ts';

/** How each shell is started without the user's own settings, and how it loads the completion. */
const SHELLS = {
  bash: {
    argv: ['--norc', '--noprofile', '-i'],
    load: 'source <(porthole completion bash)',
  },
  zsh: {
    argv: ['-f', '-i'],
    load: 'autoload -Uz compinit; compinit -D; source <(porthole completion zsh)',
  },
  fish: { argv: ['--no-config', '-i'], load: 'porthole completion fish | source' },
} as const;

/** A name that a server could give to an environment, to have it run here. */
const EVIL = 'evil $(touch PWNED) `touch PWNED` \'a\' "b" ; touch PWNED & *';

const uid = process.getuid?.() ?? 0;
let directory = '';
let env: Record<string, string> = {};
let hub: ControlServer | undefined;

beforeAll(async () => {
  const built = await ensureBuilt();
  directory = await mkdtemp('/tmp/porthole-shell-');
  const [home, bin, work, state] = ['user', 'bin', 'work', 'home/state'].map((name) =>
    join(directory, name),
  ) as [string, string, string, string];
  for (const path of [join(home, '.ssh'), bin, work, state]) {
    await mkdir(path, { recursive: true });
  }
  env = {
    ...{ HOME: home, PORTHOLE_HOME: join(directory, 'home'), XDG_RUNTIME_DIR: directory },
    ...{ PATH: `${bin}:${process.env.PATH}`, TERM: 'xterm', XDG_CONFIG_HOME: home },
  };
  await writeFile(join(home, '.ssh/config'), 'Host gpu-server\nHost lonely *.pattern\n');
  await writeFile(join(work, 'my config'), '');
  const hosts = {
    'gpu-server': { environments: ['pytorch-env', 'pytorch-old', EVIL], lastUsedAt: 2 },
    'ada@box': { environments: ['jax'], choice: { storage: '/data/my runs' }, lastUsedAt: 1 },
  };
  await writeFile(join(state, 'hosts.json'), JSON.stringify({ version: 1, hosts }));
  // Completes as the real program; else tells what it was called with.
  await writeFile(
    join(bin, 'porthole'),
    `#!/bin/sh
case $1 in
  __complete | completion) exec '${process.execPath}' '${built}' "$@" ;;
esac
printf 'CALLED'; printf '<%s>' "$@"; echo .
`,
  );
  await chmod(join(bin, 'porthole'), 0o755);
  const { runtime } = resolvePaths({ env, uid });
  await ensurePrivateDirectory(runtime, uid);
  hub = await startControlServer({
    clock: systemClock,
    socketPath: controlSocketIn(runtime),
    hello: () => ({
      ...{ version: '1.2.3', pid: process.pid, placement: 'background' as const, dashboard: null },
    }),
    handle: async () => [{ session: 'training-7', host: 'gpu-server', state: 'ready' }],
  });
});

afterAll(async () => {
  await hub?.close();
  await rm(directory, { recursive: true, force: true });
});

describe.each(Object.entries(SHELLS))('%s', (shell, { argv, load }) => {
  beforeEach((context) => haveOrSkip(context, program(shell)));

  /** Types lines in the real shell, with `\t` for the Tab key; gives the words that porthole got for each. */
  const type = async (lines: readonly string[]): Promise<readonly string[]> => {
    const steps = [
      // The quotes keep what is typed from looking like what it prints.
      { expect: '', send: `${load}; cd ${join(directory, 'work')}; echo READ''Y\r` },
      ...lines.map((line, i) => ({ expect: i === 0 ? 'READY' : '>.', send: `${line}\r` })),
      { expect: '>.', send: 'exit\r' },
    ];
    const task = JSON.stringify({ argv: [await pathOf(shell), ...argv], steps });
    const { stdout } = await labRunner.run({ file: 'python3', args: [DRIVER, task], env });
    const { transcript } = z.object({ transcript: z.string() }).parse(JSON.parse(stdout));
    const called = [...transcript.matchAll(/CALLED(<.*>)\./g)].map(([, words]) => words ?? '');
    if (called.length !== lines.length) throw new Error(`The terminal shows:\n${stdout}`);
    return called;
  };

  test('completes commands, hosts, sessions, environments, options and files', async () => {
    expect(
      await type([
        'porthole sto\ttrain\t',
        'porthole gpu\t--env pytorch-e\t',
        'porthole lon\t--det\t--no-o\t',
        'porthole ada@b\t--storage /da\t',
        'porthole open gpu-server --viewer=ru\t',
        'porthole envs -F my\tlon',
      ]),
    ).toEqual([
      '<stop><training-7>',
      '<gpu-server><--env><pytorch-env>',
      '<lonely><--detach><--no-open>',
      '<ada@box><--storage></data/my runs>',
      '<open><gpu-server><--viewer=runicorn>',
      '<envs><-F><my config><lon>',
    ]);
  });

  test('puts a name from a server in as one word that runs nothing', async () => {
    expect(await type(['porthole gpu-server --env ev\t'])).toEqual([
      `<gpu-server><--env><${EVIL}>`,
    ]);
    expect(await readdir(join(directory, 'work'))).toEqual(['my config']);
  });
});

const pathOf = async (shell: string): Promise<string> =>
  (await labRunner.run({ file: 'which', args: [shell] })).stdout.trim();
