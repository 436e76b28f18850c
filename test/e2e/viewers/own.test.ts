import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { at, bearer, get } from '../http.ts';
import { shareServer } from '../server.ts';
import { makeWorkplace, type Workplace } from '../workplace.ts';

const server = shareServer();

const FILES = {
  id: 'files',
  title: 'File list',
  data: [{ file: '*.plot' }],
  command: [
    'python',
    '-m',
    'http.server',
    '{port}',
    '--bind',
    '127.0.0.1',
    '--directory',
    '{storage}',
  ],
  can: 'read',
};

const write = async (here: Workplace, name: string, text: string) => {
  const directory = join(here.env.PORTHOLE_HOME, 'config', 'viewers');
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, name), text);
};

test('a viewer of the user’s own is listed, and opened for its data', async () => {
  await using here = await makeWorkplace();
  const { lab, venv } = server();
  const storage = join(lab.directory, 'plots');
  await mkdir(storage, { recursive: true });
  await writeFile(join(storage, 'a.plot'), 'a plot');
  await write(here, 'files.json', JSON.stringify(FILES));

  const listed = await here.run(['viewers', '--json']);
  expect(JSON.parse(listed.stdout).viewers).toContainEqual(
    expect.objectContaining({ id: 'files', listens: 'port', packages: [] }),
  );
  expect((await here.run(['viewers'])).stdout).toMatch(
    /files +File list +any environment +\*\.plot/,
  );

  const porthole = here.open(lab, ['--env', venv.directory, '--storage', storage]);
  const { url, ...ready } = await porthole.ready();
  expect(ready).toMatchObject({ viewer: 'files', storage });
  expect((await get(at(url, '/a.plot'), bearer(url))).body).toBe('a plot');
  await porthole.end('SIGINT');
});

test('one that takes longer to start than its file says is waited for, and this is said', async () => {
  await using here = await makeWorkplace();
  const { lab, venv } = server();
  const storage = join(lab.directory, 'slow plots');
  await mkdir(storage, { recursive: true });
  const late = `import os, sys, time
while not os.path.exists(sys.argv[2]): time.sleep(0.05)
os.execv(sys.executable, [sys.executable, '-m', 'http.server', sys.argv[1], '--bind', '127.0.0.1'])`;
  const command = ['python', '-c', late, '{port}', '{storage}/go'];
  await write(
    here,
    'late.json',
    JSON.stringify({ ...FILES, id: 'late', command, slowStartS: 0.2 }),
  );
  const words = ['--viewer', 'late', '--env', venv.directory, '--storage', storage];
  const porthole = here.open(lab, words);
  await porthole.line(
    (line) => line.type === 'note' && line.text.startsWith('File list has not answered for 0.2 s'),
  );
  await writeFile(join(storage, 'go'), '');
  expect(await porthole.ready()).toMatchObject({ viewer: 'late' });
  await porthole.end('SIGINT');
});

test('a file with errors is named with line and field, and stops nothing else', async () => {
  await using here = await makeWorkplace();
  const { lab, words } = server();
  await write(here, 'bad.json', '{\n  "id": "bad",\n  "title": 7\n}');
  const listed = await here.run(['viewers', '--json']);
  expect(listed.exitCode).toBe(2);
  const [viewers, error] = listed.stdout.trim().split('\n');
  expect(JSON.parse(viewers ?? '').problems).toMatchObject([
    { problem: expect.stringMatching(/^line 3, field title: /) },
  ]);
  expect(JSON.parse(error ?? '')).toMatchObject({ type: 'error', code: 'viewer-file' });

  const porthole = here.open(lab, words);
  await porthole.ready();
  const notes = porthole.lines().filter(({ type }) => type === 'note');
  expect(JSON.stringify(notes)).toMatch(/bad\.json is not used: line 3, field title/);
  await porthole.end('SIGINT');
});
