import { chmod, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { haveOrSkip, program, ROOT } from '../lab/have-or-skip.ts';
import { type LivingProcess, processesWith } from '../lab/processes.ts';
import { at } from './http.ts';
import { asNobodyDo, GET, portsOf, tryAs } from './reach.ts';
import { shareServer } from './server.ts';
import { viewerOn } from './server-side.ts';
import { makeWorkplace } from './workplace.ts';

const server = shareServer();

test('failure mode 16: another account reaches neither socket nor port of a viewer, here or there, nor sees what it shows', async (context) => {
  haveOrSkip(context, ROOT, program('setpriv', 'util-linux'));
  await using here = await makeWorkplace();
  // As open to others as /tmp is: what keeps them out is porthole's own doing.
  await chmod(here.directory, 0o755);
  await chmod(here.env.XDG_RUNTIME_DIR, 0o777);
  const { lab, words, storage } = server();
  const porthole = here.open(lab, words);
  const { url, localPort } = await porthole.ready();
  const { directory } = await viewerOn(lab);

  const there = ['viewer.sock', 'control.sock'].map((name) => join(directory, name));
  const sockets = [...there, ...(await socketsBelow(here.env.XDG_RUNTIME_DIR))];
  expect(sockets.map((path) => path.replace(/.*\//, '')).sort()).toEqual([
    `askpass-${porthole.pid}.sock`,
    'control.sock',
    'ctl',
    'hub.sock',
    'local.sock',
    'viewer.sock',
  ]);
  const [asRoot, asNobody] = [await tryAs('root', sockets), await tryAs('nobody', sockets)];
  // Root shows that there is something to reach.
  expect(new Set(Object.values(asRoot))).toEqual(new Set(['connected']));
  expect(new Set(Object.values(asNobody))).toEqual(new Set(['EACCES']));

  // Nothing listens on the server; here only the gateway does, and asks everybody for the token.
  const remote = await processesWith(lab.marker);
  expect(remote.length).toBeGreaterThanOrEqual(3);
  expect(await portsOf(remote.map(({ pid }) => pid))).toEqual([]);
  const local = await processesWith(here.directory);
  expect(new Set(await portsOf(local.map(({ pid }) => pid)))).toEqual(new Set([localPort]));
  const asked = await asNobodyDo(GET, [at(url, '/api/runs')]);
  expect(asked.trim()).toBe('401');

  // Every account can read the process list.
  const secret = new URL(url).searchParams.get('token') ?? url;
  const telltale = ({ args }: LivingProcess) => args.some((arg) => arg.includes(secret));
  expect([...remote, ...local].filter(telltale)).toEqual([]);
  expect(remote.filter(({ args }) => args.some((arg) => arg.includes(storage)))).toEqual([]);
  expect(await porthole.end('SIGINT')).toEqual({ exitCode: 130, signal: null });
});

const socketsBelow = async (directory: string): Promise<readonly string[]> => {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isSocket())
    .map(({ parentPath, name }) => join(parentPath, name));
};
