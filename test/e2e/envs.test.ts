import { chmod, copyFile, mkdir, realpath, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { probeResultSchema } from '../../src/remote/protocol/probe.ts';
import { haveOrSkip, ROOT, SSHD } from '../lab/have-or-skip.ts';
import { type Lab, startLab } from '../lab/lab.ts';
import { type LinkedVenv, linkVenv } from '../lab/linked-venv.ts';
import { runOrThrow } from '../lab/run.ts';
import { makeSampleRuns } from '../lab/sample-runs/sample-runs.ts';
import { ensureVenv } from '../lab/venvs.ts';
import { makeWorkplace, type Workplace } from './workplace.ts';

/** What people and their tools really leave in a home; the account is the lab's own. */
const ODD_NAME = 'it\'s "odd"\n\u001b]0;title\u0007 実験';

let lab: Lab;
let odd: LinkedVenv;
beforeAll(async () => {
  if (!SSHD.have() || !ROOT.have()) return;
  lab = await startLab({ account: {} });
  const source = await ensureVenv('runicorn-newest');
  odd = await linkVenv(source, join(lab.home, '.virtualenvs', ODD_NAME));
  await linkVenv(source, join(lab.home, 'project', '.venv'));
  await mkdir(join(lab.home, 'project', '.runicorn'), { recursive: true });
  await makeSampleRuns({ python: source.python, storage: join(lab.home, 'project', '.runicorn') });

  const damaged = join(lab.home, '.virtualenvs', 'damaged');
  await file(join(damaged, 'pyvenv.cfg'), 'version = 3.11.7\n');
  await mkdir(join(damaged, 'bin'));
  await symlink('/gone/python3.11', join(damaged, 'bin/python'));
  const metadata = join(damaged, 'lib/python3.11/site-packages/runicorn.dist-info/METADATA');
  await file(metadata, Buffer.from('Author: J\xfcrgen\nVersion: 0.6.0\n', 'latin1'));
  await symlink('loop', join(lab.home, 'loop'));
  await mkdir(join(lab.home, 'closed'));
  await chmod(join(lab.home, 'closed'), 0o700);
  const many = Array.from({ length: 10_000 }, (_, i) => join(lab.home, 'data', `d${i}`));
  await mkdir(join(lab.home, 'data'));
  await Promise.all(many.map((path) => mkdir(path)));
});
afterAll(() => lab?.[Symbol.asyncDispose]());
beforeEach((context) => haveOrSkip(context, SSHD, ROOT));

describe('porthole envs', () => {
  test('--json tells what there is, names as they are, and what could not be read', async () => {
    await using here = await makeWorkplace();
    const { exitCode, stdout } = await envs(here, ['--json']);
    expect(exitCode).toBe(0);
    const found = resultSchema.parse(JSON.parse(stdout));
    const at = (prefix: string) => found.environments.find((one) => one.prefix === prefix);
    expect(at(odd.directory)).toMatchObject({
      name: ODD_NAME,
      python: odd.python,
      packages: { runicorn: expect.stringMatching(/^0\.\d/) },
      problems: [],
    });
    expect(at(join(lab.home, '.virtualenvs', 'damaged'))).toMatchObject({
      packages: { runicorn: '0.6.0' },
      problems: ['bin/python leads to nothing: /gone/python3.11'],
    });
    expect(found.storageRoots).toMatchObject([
      { path: join(lab.home, 'project/.runicorn'), source: 'default', runs: expect.any(Number) },
    ]);
    expect(found.partial).toContainEqual({
      path: join(lab.home, 'closed'),
      reason: 'permission denied',
    });
  });

  test('for people it is a table that no name on the server can break', async () => {
    await using here = await makeWorkplace();
    const { exitCode, stdout } = await envs(here, []);
    expect(exitCode).toBe(0);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f]/);
    const lines = stdout.split('\n');
    expect(lines[0]).toMatch(/^\d+ Python environments, 2 with Runicorn on lab \(incomplete/);
    const row = (start: string) => lines.find((line) => line.startsWith(start));
    expect(row('project ')).toMatch(/^project +venv +3\.\d+\.\d+ +0\.\S+ +~\/project\/\.venv$/);
    expect(row('it\'s "odd"')).toMatch(/^it's "odd" ␛\]0;title␇ 実験 +venv /);
    expect(row('damaged')).toMatch(/0\.6\.0, broken/);
    expect(row('~/project/.runicorn')).toMatch(
      / +\d+ +\S.* default place +Runicorn; bundled viewer$/,
    );
    expect(stdout).toContain('damaged: bin/python leads to nothing: /gone/python3.11');
    expect(stdout).toContain(`not read to its end: ${lab.home}/closed (permission denied)`);
  });

  test('opens what it has listed, whatever its name', async () => {
    await using here = await makeWorkplace();
    const porthole = here.open(lab, ['--env', ODD_NAME]);
    expect(await porthole.ready()).toMatchObject({ env: ODD_NAME, python: odd.python });
    await porthole.end('SIGINT');
    const again = here.open(lab);
    expect(await again.ready()).toMatchObject({ env: ODD_NAME });
    await again.end('SIGINT');
  });
});

test('finds installations below /opt and interpreters in /usr/local, with what their administrators added', async () => {
  await using here = await makeWorkplace();
  const opt = join(here.directory, 'opt');
  const local = join(here.directory, 'local');
  const layouts = join(import.meta.dirname, '../lab/environment-layouts.py');
  const made = ['--venvs', '0', '--condas', '2', '--packages', '1'];
  await runOrThrow({ file: 'python3', args: [layouts, opt, ...made] });
  const python = await realpath('/usr/bin/python3');
  await mkdir(join(local, 'bin'), { recursive: true });
  await copyFile(python, join(local, 'bin', basename(python)));
  const site = join(local, 'lib', basename(python), 'site-packages');
  await file(join(site, 'runicorn-0.6.0.dist-info/METADATA'), 'Version: 0.6.0\n');
  await chmod(here.directory, 0o755);
  await using server = await startLab({
    account: {},
    mounts: [
      { over: '/opt', with: opt },
      { over: '/usr/local', with: local },
    ],
  });

  const { stdout } = await envs(here, ['--json'], server);
  const { environments } = resultSchema.parse(JSON.parse(stdout));
  const runicorn = expect.objectContaining({ runicorn: '0.6.0' });
  expect(environments).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ name: 'base', kind: 'conda', prefix: '/opt/miniconda3' }),
      expect.objectContaining({ name: 'env-001', prefix: '/opt/miniconda3/envs/env-001' }),
      expect.objectContaining({
        kind: 'system',
        python: `/usr/local/bin/${basename(python)}`,
        packages: runicorn,
      }),
    ]),
  );
});

/** The part of a probe's result that `--json` shows. */
const resultSchema = probeResultSchema.omit({ host: true, ms: true });

const envs = (here: Workplace, words: readonly string[], on: Lab = lab) =>
  here.run(['envs', on.alias, '-F', on.configFile, ...words]);

const file = async (path: string, content: string | Buffer): Promise<void> => {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
};
