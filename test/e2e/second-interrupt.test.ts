import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { shareServer } from './server.ts';
import { expectNothingLeft, viewerOn } from './server-side.ts';
import { makeWorkplace, type Workplace } from './workplace.ts';

const CTRL_C = '\u0003';

const lsSchema = z.object({ sessions: z.array(z.looseObject({ session: z.string() })) });
const namesOf = async (here: Workplace) =>
  lsSchema
    .parse(JSON.parse((await here.run(['ls', '--json'])).stdout))
    .sessions.map(({ session }) => session);

/** Two views of this machine: the first held by a terminal, the second opened from another one. */
const openTwo = async (here: Workplace, steps: Parameters<Workplace['onTerminal']>[1]) => {
  const [one, two] = ['one', 'two'].map((name) => join(here.directory, name));
  for (const path of [one, two]) await mkdir(join(path ?? '', 'runs'), { recursive: true });
  const terminal = here.onTerminal(['here', one ?? '', '--no-open'], steps);
  await expect.poll(() => namesOf(here), { timeout: 60_000 }).toEqual(['here']);
  expect((await here.run(['here', two ?? '', '--no-open'])).exitCode).toBe(0);
  return terminal;
};

describe('Ctrl+C in the terminal that holds what others have opened', () => {
  test('ends its own, says what else would end, and ends that at the second one', async () => {
    await using here = await makeWorkplace();
    const terminal = await openTwo(here, [
      { expect: 'here-2: ready', send: CTRL_C },
      { expect: 'from other terminals: here-2. Ctrl+C again ends it too', send: CTRL_C },
    ]);
    expect(terminal.exit).toBe(130);
    expect(await here.remains()).toEqual([]);
  });

  test('ends its own, and stays until the others have ended by themselves', async () => {
    await using here = await makeWorkplace();
    const steps = [{ expect: 'here-2: ready', send: CTRL_C }];
    const terminal = openTwo(here, steps);
    await expect.poll(() => namesOf(here), { timeout: 60_000 }).toEqual(['here-2']);
    expect((await here.run(['stop', 'here-2'])).exitCode).toBe(0);
    expect((await terminal).exit).toBe(130);
    expect(await here.remains()).toEqual([]);
  });

  test('asks nobody where nobody is: a script is not kept waiting', async () => {
    await using here = await makeWorkplace();
    const first = here.start(['here', here.directory, '--no-open', '--json']);
    await first.ready();
    const second = here.start(['here', join(here.directory, 'home'), '--no-open', '--json']);
    await second.ready();
    expect(await first.end('SIGINT')).toEqual({ exitCode: 130, signal: null });
    expect(first.process.stderr.text()).toContain('here-2, opened by other terminals, ends too.');
    expect(await here.remains()).toEqual([]);
  });
});

const server = shareServer({ relay: {}, viewer: 'builtin' });

test('a server that does not answer is not waited for after another Ctrl+C', async () => {
  await using here = await makeWorkplace();
  const { lab, words } = server();
  const porthole = here.open(lab, [...words, '--grace', '2']);
  await porthole.ready();
  const viewers = [await viewerOn(lab)];
  lab.relay?.blackhole();
  try {
    const said = () => porthole.process.stderr.text();
    // At once: the wait has an end of its own a second later.
    porthole.process.stderr.onLine((line) => {
      if (line.includes('Ctrl+C again does not wait for it')) process.kill(porthole.pid, 'SIGINT');
    });
    expect(await porthole.end('SIGINT')).toEqual({ exitCode: 130, signal: null });
    expect(said()).toContain('ends when its grace time is over');
  } finally {
    lab.relay?.restore();
  }
  // The sockets that it could not remove go with the next command.
  await here.run(['ls']);
  await expectNothingLeft(here, [{ lab, viewers }]);
});
