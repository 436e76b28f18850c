import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { systemClock } from '../../src/core/clock.ts';
import { resolvePaths } from '../../src/core/paths.ts';
import { ensurePrivateDirectory } from '../../src/core/private-directory.ts';
import { startControlServer } from '../../src/hub/control-server.ts';
import { controlSocketIn } from '../../src/hub/control-socket.ts';
import { processesWith } from '../lab/processes.ts';
import { labRunner, runOrThrow } from '../lab/run.ts';
import { makeWorkplace, type Workplace } from './workplace.ts';

const lsSchema = z.object({ sessions: z.array(z.looseObject({ session: z.string() })) });
const namesOf = async (here: Workplace) =>
  lsSchema
    .parse(JSON.parse((await here.run(['ls', '--json'])).stdout))
    .sessions.map(({ session }) => session);

const logOf = (here: Workplace) => readFile(join(here.directory, 'home/state/hub.log'), 'utf8');

/** A host that hangs while it connects until `fail` is called; then the connection is lost. */
const hangingHost = async (here: Workplace) => {
  const fifo = join(here.directory, 'fifo');
  await runOrThrow({ file: 'mkfifo', args: [fifo] });
  const config = join(here.directory, 'ssh_config');
  const options = ['UserKnownHostsFile /dev/null', 'GlobalKnownHostsFile /dev/null'];
  await writeFile(
    config,
    [
      'Host hang',
      `ProxyCommand cat ${fifo}`,
      'Host lost',
      'ProxyCommand false',
      'Host *',
      ...options,
    ]
      .join('\n')
      .concat('\n'),
  );
  // As long as the test likes: by itself porthole gives a host 15 s to say what it is.
  const patience = ['-o', 'ConnectTimeout=600'];
  const words = (host: string) => [
    ...['open', host, '-F', config, ...patience],
    ...['--yes', '--no-open', '--json'],
  ];
  return { words, fail: () => writeFile(fifo, '') };
};

/** Lets no hub listen before eight processes have found none: each is then on its way to be one. */
const LATE_TO_LISTEN = `
const { readdirSync, writeFileSync } = require('node:fs');
const { Server, Socket } = require('node:net');
const isHubs = (args) => [args].flat(2).some((one) => String(one?.path ?? one).endsWith('/hub.sock'));
const { connect } = Socket.prototype;
Socket.prototype.connect = function (...args) {
  if (isHubs(args)) this.once('error', () => writeFileSync(LOOKED + '/' + process.pid, ''));
  return connect.apply(this, args);
};
const { listen } = Server.prototype;
Server.prototype.listen = function (...args) {
  const go = () => {
    if (isHubs(args) && readdirSync(LOOKED).length < 8) setTimeout(go, 20);
    else listen.apply(this, args);
  };
  go();
  return this;
};
`;

const makeHubsLate = async (here: Workplace) => {
  const looked = join(here.directory, 'looked');
  await mkdir(looked);
  const late = join(here.directory, 'late-to-listen.cjs');
  await writeFile(late, LATE_TO_LISTEN.replaceAll('LOOKED', JSON.stringify(looked)));
  return { NODE_OPTIONS: `--require=${late}` };
};

describe('many at once', () => {
  test('failure mode 30: eight that find no hub at the same time come to share one', async () => {
    await using here = await makeWorkplace();
    const { words } = await hangingHost(here);
    const late = await makeHubsLate(here);
    const all = Array.from({ length: 8 }, (_, i) =>
      here.start([...words('hang'), ...(i % 2 === 0 ? ['--detach'] : [])], late),
    );
    const counted = async () => ({
      hubs: (await logOf(here).catch(() => '')).match(/is the hub/g)?.length,
      sessions: (await namesOf(here)).length,
    });
    await expect.poll(counted, { timeout: 60_000 }).toEqual({ hubs: 1, sessions: 8 });
    expect((await namesOf(here)).sort()).toEqual(
      ['hang', ...Array.from({ length: 7 }, (_, i) => `hang-${i + 2}`)].sort(),
    );
    const logins = (await processesWith(here.directory)).filter(({ args }) => args.includes('-M'));
    expect(new Set(logins.map(({ ppid }) => ppid)).size).toBe(1);

    expect(await here.run(['stop', '--all'])).toMatchObject({ exitCode: 0 });
    for (const one of all) expect(await one.process.exited).toMatchObject({ exitCode: 130 });
    await expect.poll(() => here.remains(), { timeout: 60_000 }).toEqual([]);
  });

  test('hubs that come and go leave nobody without one', async () => {
    await using here = await makeWorkplace();
    const { words } = await hangingHost(here);
    const worker = async (options: readonly string[]) => {
      const codes: unknown[] = [];
      for (let round = 0; round < 4; round++) {
        const { stdout } = await here.run([...words('lost'), ...options]);
        const last = stdout.trim().split('\n').at(-1) ?? '';
        codes.push((JSON.parse(last) as { code?: string }).code);
      }
      return codes;
    };
    const codes = await Promise.all([worker(['--detach']), worker([]), worker(['--detach'])]);
    // Which of the two ssh says of a ProxyCommand that fails is a race of its own.
    const expected = ['connection-closed', 'jump-host-failed'];
    expect(codes.flat().filter((code) => !expected.includes(String(code)))).toEqual([]);
    await expect.poll(() => here.remains(), { timeout: 60_000 }).toEqual([]);
  });

  test('an open that fails leaves what another terminal has opened in it alone', async () => {
    await using here = await makeWorkplace();
    const { words, fail } = await hangingHost(here);
    const first = here.start(words('hang'));
    await expect.poll(() => namesOf(here), { timeout: 60_000 }).toEqual(['hang']);
    // The second one asks for a connection of its own, which hangs on.
    const second = here.start([...words('hang'), '-o', 'ProxyCommand=sleep 1000']);
    await expect.poll(() => namesOf(here), { timeout: 60_000 }).toEqual(['hang', 'hang-2']);
    await fail();
    await first.line((one) => one.type === 'note' && one.text.includes('hang-2 of another'));
    expect(await namesOf(here)).toEqual(['hang-2']);
    await here.run(['stop', 'hang-2']);
    expect(await second.process.exited).toMatchObject({ exitCode: 130 });
    expect(await first.process.exited).toMatchObject({ exitCode: 3 });
    await expect.poll(() => here.remains(), { timeout: 60_000 }).toEqual([]);
  });
});

test('Ctrl+C while it opens in the background ends what was begun, and the hub with it', async () => {
  await using here = await makeWorkplace();
  const { words } = await hangingHost(here);
  const opening = here.start([...words('hang'), '--detach']);
  await expect.poll(() => namesOf(here), { timeout: 60_000 }).toEqual(['hang']);
  expect(await opening.end('SIGINT')).toEqual({ exitCode: 130, signal: null });
  await expect.poll(() => here.remains(), { timeout: 60_000 }).toEqual([]);
});

test('a bug that ends a hub in the background is in its log, and the next command takes over', async () => {
  await using here = await makeWorkplace();
  const { words } = await hangingHost(here);
  const crash = join(here.directory, 'crash.cjs');
  await writeFile(crash, 'process.on("SIGUSR2", () => { throw new Error("of our own making"); });');
  const opening = labRunner.start({
    file: process.execPath,
    args: [here.program, ...words('hang'), '--detach'],
    env: { ...here.env, NODE_OPTIONS: `--require=${crash}` },
  });
  await expect.poll(() => namesOf(here), { timeout: 60_000 }).toEqual(['hang']);
  const [, pid] = /\[(\d+)\].*is the hub/.exec(await logOf(here)) ?? [];
  process.kill(Number(pid), 'SIGUSR2');
  // Whoever was waiting hears of it.
  expect(await opening.exited).toEqual({ exitCode: 2, signal: null });
  expect(await logOf(here)).toMatch(
    /error Unexpected failure in porthole: Error: of our own making/,
  );
  // Its clients hear of its end before it is quite gone; a command in between leaves all as it is.
  const clearUp = async () => {
    expect(await namesOf(here)).toEqual([]);
    return readdir(here.env.XDG_RUNTIME_DIR);
  };
  await expect.poll(clearUp, { timeout: 60_000 }).toEqual([]);
});

test('stopping everything is no failure where nothing is open', async () => {
  await using here = await makeWorkplace();
  const { exitCode, stdout } = await here.run(['stop', '--all', '--json']);
  expect([exitCode, JSON.parse(stdout)]).toEqual([0, { stopped: [] }]);
  expect((await here.run(['stop', 'gpu'])).exitCode).toBe(2);
});

describe('a hub of another version', () => {
  /** A hub as another porthole would run it. */
  const otherHub = async (here: Workplace, version: string) => {
    const { runtime } = resolvePaths({ env: here.env, uid });
    await ensurePrivateDirectory(runtime, uid);
    return startControlServer({
      clock: systemClock,
      socketPath: controlSocketIn(runtime),
      hello: () => ({ version, pid: 4_194_305, placement: 'background', dashboard: null }),
      handle: async () => OPENED,
    });
  };
  const uid = process.getuid?.() ?? 0;
  const OPENED = {
    ...{ session: 'gpu', host: 'gpu', viewer: 'runicorn', viewerVersion: '9.0', env: 'e' },
    ...{ python: '/p', storage: '/s', localPort: 1, url: 'http://localhost:1/', state: 'ready' },
    ...{ reason: null, latencyMs: null, startedAt: '2026-01-01T00:00:00.000Z' },
  };

  test('that speaks the same words is used, and the skew is said with its remedy', async () => {
    await using here = await makeWorkplace();
    const hub = await otherHub(here, '99.1.2');
    const { exitCode, stderr } = await here.run(['open', 'gpu', '--no-open']);
    await hub.close();
    expect(exitCode).toBe(0);
    expect(stderr).toContain('version 99.1.2');
    expect(stderr).toContain('porthole stop --all');
  });

  test.each([
    ['newer', { control: 2, version: '99.0.0', pid: 4_194_305, added: 'later' }],
    ['older', { control: 0, version: '0.0.1', pid: 4_194_305 }],
  ])('that is %s and speaks others is refused with the command that ends it', async (_, hello) => {
    await using here = await makeWorkplace();
    const { runtime } = resolvePaths({ env: here.env, uid });
    await ensurePrivateDirectory(runtime, uid);
    const { createServer } = await import('node:net');
    const server = createServer((socket) => socket.end(`${JSON.stringify({ hello })}\n`));
    await new Promise<void>((resolve) => server.listen(controlSocketIn(runtime), resolve));
    for (const words of [['ls'], ['stop', '--all'], ['open', 'gpu'], ['open', 'gpu', '--detach']]) {
      const { exitCode, stdout } = await here.run([...words, '--json']);
      const error = z.record(z.string(), z.string()).parse(JSON.parse(stdout));
      expect([exitCode, error.code]).toEqual([2, 'hub-version']);
      expect(error.message).toContain(hello.version);
      expect(error.hint).toContain(`kill ${hello.pid}`);
    }
    await new Promise((resolve) => server.close(resolve));
  });
});

describe('what porthole remembers', () => {
  const store = (here: Workplace) => join(here.directory, 'home/state/hosts.json');
  const open = async (here: Workplace, options: readonly string[]) => {
    const { words } = await hangingHost(here);
    return here.run([...words('lost'), ...options]);
  };

  test.each([[[]], [['--detach']]])(
    'is kept aside when damaged, which is said in the terminal that asked (%j)',
    async (options) => {
      await using here = await makeWorkplace();
      await mkdir(join(here.directory, 'home/state'), { recursive: true });
      await writeFile(store(here), '{"version": 1, "hosts"');
      const { stderr } = await open(here, options);
      expect(stderr).toContain('is damaged; it is kept as');
      const [aside] = (await readdir(join(here.directory, 'home/state'))).filter((name) =>
        name.startsWith('hosts.json.damaged-'),
      );
      expect(await readFile(join(here.directory, 'home/state', aside ?? ''), 'utf8')).toBe(
        '{"version": 1, "hosts"',
      );
    },
  );

  test('is left alone when a newer porthole has written it, which is said', async () => {
    await using here = await makeWorkplace();
    await mkdir(join(here.directory, 'home/state'), { recursive: true });
    await writeFile(store(here), '{"version": 99}');
    const before = await stat(store(here));
    expect((await open(here, [])).stderr).toContain('was written by a newer porthole');
    expect((await stat(store(here))).mtimeMs).toBe(before.mtimeMs);
  });
});
