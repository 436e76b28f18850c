import { chmod, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { haveOrSkip, ROOT, SSHD } from '../lab/have-or-skip.ts';
import { type Lab, startLab } from '../lab/lab.ts';
import { type LinkedVenv, linkVenv } from '../lab/linked-venv.ts';
import { ensureVenv, type VenvName } from '../lab/venvs.ts';
import { makeWorkplace, type Workplace } from './workplace.ts';

/** An account of its own: nobody else's trainings are among what the probe finds. */
let lab: Lab;
beforeAll(async () => {
  if (SSHD.have() && ROOT.have()) lab = await startLab({ account: {} });
});
afterAll(() => lab?.[Symbol.asyncDispose]());
beforeEach((context) => haveOrSkip(context, SSHD, ROOT));

describe('a remembered choice', () => {
  test('opens without a probe, also where the interpreter of the agent has gone, and says so', async () => {
    await using user = await arrive();
    const first = await user.open(['--env', user.venv.directory, '--storage', user.storage]);
    expect(first.steps).toEqual(['connect', 'probe', 'launch', 'forward']);

    const store = join(user.here.directory, 'home', 'state', 'hosts.json');
    const kept = await readFile(store, 'utf8');
    const { agentPython } = hostIn(kept);
    await writeFile(store, kept.replaceAll(`"${agentPython}"`, '"/nowhere/bin/python3"'));
    const second = await user.open();
    expect(second).toMatchObject({
      steps: ['connect', 'launch', 'forward'],
      notes: [],
      launched: [expect.stringMatching(/^Runicorn \S+ in project, as last time$/)],
      ready: { python: user.venv.python, storage: user.storage },
    });
    expect(hostIn(await readFile(store, 'utf8')).agentPython).toBe(agentPython);

    const other = join(user.directory, 'other');
    await mkdir(join(other, 'runs'), { recursive: true });
    const third = await user.open(['--storage', other, '--viewer', 'runicorn']);
    expect(third).toMatchObject({ steps: second.steps, ready: { storage: other } });
    // Another viewer may be the one for it.
    const fourth = await user.open(['--storage', user.storage]);
    expect(fourth.steps).toEqual(first.steps);
  });

  test.each(['builtin', 'runicorn'])(
    'opens the viewer %s also where the server puts its socket elsewhere than the last time',
    async (viewer) => {
      await using user = await arrive();
      const words = ['--viewer', viewer, '--storage', user.storage];
      await user.open(words);
      const store = join(user.here.directory, 'home', 'state', 'hosts.json');
      const kept = await readFile(store, 'utf8');
      const { runtimeParent } = hostIn(kept);
      expect(runtimeParent).toMatch(/^\/tmp\/porthole-\d+$/);
      await writeFile(store, kept.replaceAll(`"${runtimeParent}"`, '"/var/tmp/porthole-gone"'));
      const again = await user.open(words);
      expect(again).toMatchObject({ steps: ['connect', 'launch', 'forward'], notes: [] });
      expect(hostIn(await readFile(store, 'utf8')).runtimeParent).toBe(runtimeParent);
    },
  );

  test('tells the version that runs now when Runicorn was upgraded in between', async () => {
    await using user = await arrive('runicorn-0.6');
    const first = await user.open(['--env', user.venv.directory, '--storage', user.storage]);
    expect(first.ready.viewerVersion).toMatch(/^0\.6\./);
    await rm(user.venv.directory, { recursive: true });
    await linkVenv(await ensureVenv('runicorn-newest'), user.venv.directory);
    const second = await user.open();
    expect(second.steps).toEqual(['connect', 'launch', 'forward']);
    const { viewerVersion } = second.ready;
    expect(viewerVersion).not.toBe(first.ready.viewerVersion);
    expect(second.launched).toEqual([`Runicorn ${viewerVersion} in project, as last time`]);
  });

  test.each([
    [
      'the environment is deleted',
      (venv) => rm(venv.directory, { recursive: true }),
      /did not start in project.*No such file/,
    ],
    [
      'Runicorn is uninstalled',
      (venv) => uninstall(venv),
      /did not start in project.*No module named 'runicorn'/,
    ],
    ['Runicorn is now too old', (venv) => downgrade(venv), /did not start in project.*create_app/],
  ] satisfies [string, (venv: LinkedVenv) => Promise<void>, RegExp][])(
    'gives way to a probe, which takes what is left, when %s',
    async (_, change, said) => {
      await using user = await arrive();
      await using spare = await addVenv('spare');
      await user.open(['--env', user.venv.directory, '--storage', user.storage]);
      await change(user.venv);
      expect(await user.open()).toMatchObject({
        steps: ['connect', 'launch', 'probe', 'launch', 'forward'],
        launched: ['the remembered choice no longer holds', expect.stringMatching(/in spare$/)],
        notes: [expect.stringMatching(said)],
        ready: { python: spare.venv.python, storage: user.storage },
      });
    },
  );

  test('keeps the environment and takes another storage when that has gone', async () => {
    await using user = await arrive();
    await using _ = await addVenv('spare');
    await user.open(['--env', user.venv.directory, '--storage', user.storage]);
    const moved = join(user.directory, '.runicorn');
    await rename(user.storage, moved);
    expect(await user.open()).toMatchObject({
      steps: ['connect', 'launch', 'probe', 'launch', 'forward'],
      notes: [
        `The storage ${user.storage}, opened last time, is no longer there. Looking anew.`,
        'took project: as last time.',
      ],
      ready: { python: user.venv.python, storage: moved },
    });
    await rm(moved, { recursive: true });
    const failed = await user.here.run([...words(lab.configFile), '--yes']);
    expect([failed.exitCode, failed.stderr]).toEqual([6, expect.stringMatching(/--storage DIR/)]);
  });

  test('is not taken for an answer when the host is another machine now', async () => {
    await using user = await arrive();
    await using other = await startLab({ account: {} });
    const { venv } = await addVenv('there', other);
    const storage = join(other.home, 'runicorn_data');
    await mkdir(join(storage, 'runs'), { recursive: true });
    const config = join(user.here.directory, 'config');
    const leadTo = async (to: Lab) => writeFile(config, await readFile(to.configFile));
    await leadTo(lab);
    await user.open(['--env', user.venv.directory, '--storage', user.storage], config);
    await chmod(lab.home, 0o700);
    await leadTo(other);
    expect(await user.open([], config)).toMatchObject({
      steps: ['connect', 'launch', 'probe', 'launch', 'forward'],
      ready: { python: venv.python, storage },
    });
  });
});

/** A user with a project on the server: an environment in it, and a storage root with nothing in it yet. */
const arrive = async (packages: VenvName = 'runicorn-newest') => {
  const here = await makeWorkplace();
  const {
    directory,
    venv,
    [Symbol.asyncDispose]: removeVenv,
  } = await addVenv('project', lab, packages);
  const storage = join(directory, 'experiments');
  await mkdir(join(storage, 'runs'), { recursive: true });
  return {
    here,
    venv,
    storage,
    directory,
    open: (more: readonly string[] = [], config = lab.configFile) => openOnce(here, more, config),
    [Symbol.asyncDispose]: async () => {
      await here[Symbol.asyncDispose]();
      await removeVenv();
    },
  };
};

const addVenv = async (name: string, on: Lab = lab, packages: VenvName = 'runicorn-newest') => {
  const directory = join(on.home, name);
  const venv = await linkVenv(await ensureVenv(packages), join(directory, '.venv'));
  const dispose = () => rm(directory, { recursive: true });
  return { directory, venv, [Symbol.asyncDispose]: dispose };
};

const words = (config: string): readonly string[] => ['open', lab.alias, '-F', config, '--no-open'];

/** What one `open --yes` told, from its start to its address. */
const openOnce = async (here: Workplace, more: readonly string[], config: string) => {
  const porthole = here.start([...words(config), '--yes', '--json', ...more]);
  const ready = await porthole.ready();
  await porthole.end('SIGINT');
  const done = porthole
    .lines()
    .flatMap((line) => (line.type === 'step' && line.status === 'done' ? [line] : []));
  return {
    ready,
    steps: done.map(({ step }) => step),
    launched: done.flatMap(({ step, detail }) => (step === 'launch' ? [detail] : [])),
    notes: porthole.lines().flatMap((line) => (line.type === 'note' ? [line.text] : [])),
  };
};

interface KeptHost {
  readonly agentPython: string;
  readonly runtimeParent: string;
}

const hostIn = (store: string): KeptHost => {
  const { hosts } = JSON.parse(store) as { hosts: Record<string, KeptHost> };
  const [host] = Object.values(hosts);
  if (host === undefined) throw new Error(`No host is remembered: ${store}`);
  return host;
};

const uninstall = async ({ sitePackages }: LinkedVenv): Promise<void> => {
  const names = await readdir(sitePackages);
  const own = names.filter((name) => /^runicorn(-.*\.dist-info)?$/.test(name));
  expect(own).toHaveLength(2);
  for (const name of own) await rm(join(sitePackages, name));
};

/** As 0.4 was: a package whose viewer has no `create_app`. */
const downgrade = async (venv: LinkedVenv): Promise<void> => {
  await uninstall(venv);
  const viewer = join(venv.sitePackages, 'runicorn', 'viewer');
  await mkdir(viewer, { recursive: true });
  await writeFile(join(viewer, '__init__.py'), '');
  await writeFile(join(viewer, '..', '__init__.py'), '');
  const info = join(venv.sitePackages, 'runicorn-0.4.0.dist-info');
  await mkdir(info);
  await writeFile(
    join(info, 'METADATA'),
    'Metadata-Version: 2.1\nName: runicorn\nVersion: 0.4.0\n',
  );
};
