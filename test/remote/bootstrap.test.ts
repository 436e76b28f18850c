import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { agentLine } from '../../src/remote/agent-bundle.ts';
import { bootstrapCommand } from '../../src/remote/bootstrap.ts';
import { createFrameReader } from '../../src/remote/frames.ts';
import { helloSchema, noPythonSchema } from '../../src/remote/protocol/wire.ts';
import { findPythons } from './probe/pythons.ts';

const scratch = mkdtempSync(join(tmpdir(), 'porthole-test-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const isInstalled = (program: string) => spawnSync(program, ['-c', 'true']).error === undefined;
const SHELLS = ['bash', 'zsh', 'dash', 'fish', 'tcsh', 'busybox ash'];
const real = findPythons().at(-1)?.executable ?? '/usr/bin/python3';

/** A directory of programs; `sh` and what the search may use of the system are linked in. */
const programs = (name: string, scripts: Record<string, string>) => {
  const directory = join(scratch, name);
  mkdirSync(directory, { recursive: true });
  for (const [program, text] of Object.entries(scripts)) {
    const path = join(directory, program);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    chmodSync(path, 0o755);
  }
  for (const tool of ['sh', 'tr', 'cut', 'timeout', 'true', 'cat', 'sleep']) {
    try {
      symlinkSync(join('/usr/bin', tool), join(directory, tool));
    } catch {
      // The second use of a directory finds its links there.
    }
  }
  return directory;
};

/** The real program, whatever PATH the login gets. */
const absolute = (program: string) =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .map((directory) => join(directory, program))
    .find((path) => existsSync(path)) ?? program;

interface Login {
  readonly shell?: string;
  readonly command?: string;
  readonly env?: Record<string, string>;
  /** Sent when the first frame has come; none closes stdin at once. */
  readonly send?: string;
  /** Frames after which stdin is closed. */
  readonly frames?: number;
}

/** What the login's stdout carried: frames, and how it ended. */
const login = async ({ shell = 'bash', command, env, send, frames: wanted = 1 }: Login) => {
  const [file = shell, ...words] = shell.split(' ');
  const child = spawn(absolute(file), [...words, '-c', command ?? bootstrapCommand({})], {
    env: env ?? process.env,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const frames: unknown[] = [];
  let stderr = '';
  const reader = createFrameReader({
    frame: (value) => {
      frames.push(value);
      if (frames.length === 1 && send !== undefined) child.stdin.write(send);
      if (frames.length >= wanted) child.stdin.end();
    },
    broken: (error) => {
      throw error;
    },
  });
  child.stdout.on('data', (chunk: Buffer) => reader.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk;
  });
  child.stdin.on('error', () => undefined);
  await once(child, 'close');
  return { frames, exitCode: child.exitCode, noise: reader.noise(), stderr };
};

const ping = `${agentLine()}{"id":1,"op":"ping"}\n`;
const pong = { id: 1, result: { sessions: [] } };

describe('the bootstrap line', () => {
  it.each([{}, { rememberedPython: '/opt/x/bin/python3' }])(
    'holds nothing that a login shell could take differently (%o)',
    (input) => {
      const command = bootstrapCommand(input);
      expect(command).toMatch(/^exec sh -c '[^']*' '[^']*'$/);
      expect(command).not.toMatch(/[\n!]|\\\\|\\'/);
      // csh of old takes words of 1024 bytes in some builds; the whole stays far below any limit on argv.
      expect(command.length).toBeLessThan(4096);
    },
  );

  it.each(SHELLS)('runs the agent under %s as login shell', async (shell) => {
    const [program = shell] = shell.split(' ');
    if (!isInstalled(program)) {
      if (process.env.CI === 'true') throw new Error(`${program} is not installed`);
      console.warn(`SKIPPED: ${program} is not installed`);
      return;
    }
    const { frames, exitCode } = await login({ shell, send: ping, frames: 2 });
    helloSchema.parse(frames[0]);
    expect(frames[1]).toEqual(pong);
    expect(exitCode).toBe(0);
  });

  it('takes requests that come in one go with the agent', async () => {
    const { frames } = await login({ send: ping + ping.slice(agentLine().length), frames: 3 });
    expect(frames.slice(1)).toEqual([pong, pong]);
  });
});

describe('the search for a Python', () => {
  /** The system's own interpreters cannot be hidden from a test: they are cut out of the line instead. */
  const onlyPath = bootstrapCommand({})
    .replace('/usr/bin/python3 ', '')
    .replace('/usr/local/bin/python3 ', '')
    .replace('/opt/*/bin/python3 ', '');
  const old = (version: string) => `#!/bin/sh\nprintf '\\036${version}\\n'\n`;
  const wrapper = `#!/bin/sh\necho welcome\nexec ${real} "$@"\n`;
  const find = (name: string, scripts: Record<string, string>, home = join(scratch, 'no-home')) =>
    login({ command: onlyPath, env: { PATH: programs(name, scripts), HOME: home } });

  it('cuts out of the line what the tests replace', () => {
    expect(onlyPath).not.toMatch(/for p in [^;]*\/(usr|opt)\//);
  });

  it('says so, as a frame, where there is none', async () => {
    const { frames, exitCode } = await find('none', {});
    expect(frames.map((frame) => noPythonSchema.parse(frame).rejected)).toEqual([[]]);
    expect(exitCode).toBe(1);
  });

  it('says so where not even the tools of the search are there', async () => {
    const env = { PATH: join(scratch, 'empty'), HOME: scratch };
    const command = onlyPath.replace('exec sh', 'exec /bin/sh');
    const { frames } = await login({ command, env });
    expect(noPythonSchema.parse(frames[0]).rejected).toEqual([]);
  });

  it('goes by the version, not by the name, and tells what it rejected', async () => {
    const { frames } = await find('old', { python3: old('3.6.8'), 'python3.8': old('3.7.17') });
    const { rejected } = noPythonSchema.parse(frames[0]);
    expect(rejected).toEqual([
      expect.stringMatching(/\/old\/python3 3\.6\.8$/),
      expect.stringMatching(/\/old\/python3\.8 3\.7\.17$/),
    ]);
  });

  it('passes old ones over for one that is new enough', async () => {
    const { frames } = await find('mixed', { python3: old('3.6.8'), 'python3.11': wrapper });
    expect(helloSchema.parse(frames[0]).executable).toBe(real);
  });

  it('goes past a wrapper script, also one that prints, to the interpreter behind it', async () => {
    const { frames, noise } = await find('wrapper', { python3: wrapper });
    expect(helloSchema.parse(frames[0]).executable).toBe(real);
    expect(noise).toBe('');
  });

  it('is not led astray by what cannot run, says nothing, fails or reads its stdin', async () => {
    const { frames } = await find('broken', {
      python3: '#!/nonexistent/interpreter\n',
      'python3.14': '#!/bin/sh\nexit 0\n',
      'python3.13': '#!/bin/sh\necho broken >&2; exit 3\n',
      'python3.12': '#!/bin/sh\ncat; echo /bin/sh\n',
      'python3.10': wrapper,
    });
    expect(helloSchema.parse(frames[0]).executable).toBe(real);
  });

  it('neutralises names and words of the server in its JSON', async () => {
    const hostile = "#!/bin/sh\nprintf '\\036\"]},{\\\\ \\001$(id)`id`\\n'\n";
    const { frames } = await find('ho"st;il$e', { python3: hostile });
    const { rejected } = noPythonSchema.parse(frames[0]);
    expect(rejected).toHaveLength(1);
    expect(rejected[0]).toMatch(/^[A-Za-z0-9._/+@ -]+$/);
  });

  it('gives a candidate up that hangs', { timeout: 120_000 }, async () => {
    const command = onlyPath.replace('KILL 10', 'KILL 0.5');
    const scripts = { python3: '#!/bin/sh\ntrap "" TERM\nsleep 600\n', 'python3.9': wrapper };
    const env = { PATH: programs('hanging', scripts), HOME: scratch };
    const { frames } = await login({ command, env });
    expect(helloSchema.parse(frames[0]).executable).toBe(real);
  });

  it('looks into the usual places of a home, also one with spaces and quotes', async () => {
    const home = join(scratch, 'my "home" $x');
    for (const place of ['miniconda3/bin', '.pyenv/versions/3.12.1/bin']) {
      const { frames: before } = await find('none', {}, home);
      noPythonSchema.parse(before[0]);
      programs(join('my "home" $x', place), { python3: wrapper });
      const { frames } = await find('none', {}, home);
      expect(helloSchema.parse(frames[0]).executable).toBe(real);
      rmSync(home, { recursive: true });
    }
  });
});

describe('a remembered Python', () => {
  it('is started at once, without a look at any other', async () => {
    const command = bootstrapCommand({ rememberedPython: real });
    const { frames } = await login({ command, env: { PATH: programs('none', {}) } });
    expect(helloSchema.parse(frames[0]).executable).toBe(real);
    expect(command).toContain(`&& exec ${real} `);
  });

  it.each(['python3', '/a b', "/a'b", '/$(id)', '/a;b', '/a\nb', '/`id`', '', '/a\\b', '/a!b'])(
    'is ignored unless it is a plain absolute path: %j',
    (rememberedPython) => {
      expect(bootstrapCommand({ rememberedPython })).toBe(bootstrapCommand({}));
    },
  );

  it('that is gone is searched for anew', async () => {
    const command = bootstrapCommand({ rememberedPython: '/nonexistent/bin/python3' });
    helloSchema.parse((await login({ command })).frames[0]);
  });
});

describe('the loader', () => {
  it.each([
    ['a line that is no comment', 'print(1)\n'],
    ['a comment that is no base64', '# ???\n'],
    ['base64 that is not compressed', '# aGVsbG8=\n'],
    ['an agent that is cut off', `${agentLine().slice(0, 4002)}\n`],
    ['an end before the line is whole', agentLine().trimEnd()],
    ['nothing', ''],
    ['a line that is too long', `# ${'A'.repeat(400_000)}\n`],
  ])('runs nothing when it gets %s', async (_, send) => {
    const { frames, exitCode } = await login({ send, frames: 1 });
    expect(frames).toHaveLength(1);
    expect(exitCode).not.toBe(0);
  });

  it('can be read by old Pythons and tells their version', async () => {
    const loader = / '([^']*)'$/.exec(bootstrapCommand({}))?.[1] ?? '';
    const asOld = `import sys;sys.version_info=(3,6,8);exec(sys.argv[1])`;
    const { stdout } = spawnSync(real, ['-I', '-S', '-c', asOld, loader], { encoding: 'utf8' });
    const { rejected } = noPythonSchema.parse(JSON.parse(stdout.slice(1)));
    expect(rejected).toEqual([`${real} 3.6.8`]);
  });
});
