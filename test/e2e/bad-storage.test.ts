import { access, cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { openFailing } from './failing.ts';
import { at, bearer, get } from './http.ts';
import { shareServer } from './server.ts';
import { expectNothingLeft, viewersOn } from './server-side.ts';
import { makeWorkplace } from './workplace.ts';

const server = shareServer();
const runsSchema = z.array(z.looseObject({ id: z.string() }));

describe('a storage', () => {
  test('is what it is called, whatever a shell would make of its name', async () => {
    await using here = await makeWorkplace();
    const { lab, venv, runs } = server();
    // The trap lies in the home of the session, where any shell there would have made it.
    const trap = join(lab.home, 'trap');
    const name = `it's "mine" $(cd; touch trap) \`cd; touch trap\`; cd; touch trap\n%d ~ größer 実験 \u001b[2J`;
    const storage = join(lab.directory, name, 'runs of ada');
    await mkdir(storage, { recursive: true });
    await cp(server().storage, storage, { recursive: true });

    const porthole = here.open(lab, ['--env', venv.directory, '--storage', storage]);
    const ready = await porthole.ready();
    expect(ready.storage).toBe(storage);
    const listed = await get(at(ready.url, '/api/runs'), bearer(ready.url));
    const ids = runsSchema.parse(JSON.parse(listed.body)).map(({ id }) => id);
    expect(new Set(ids)).toEqual(new Set(runs.map(({ runId }) => runId)));

    const viewers = await viewersOn(lab);
    await porthole.end('SIGINT');
    await expectNothingLeft(here, [{ lab, viewers }]);

    // On a terminal nothing of it moves the cursor or breaks the line.
    const words = ['open', lab.alias, '-F', lab.configFile, '--no-open'];
    const spoken = here.start(words);
    await spoken.text('token=');
    await spoken.end('SIGINT');
    const shown = spoken.process.stderr
      .text()
      .split('\n')
      .find((line) => line.includes('shows'));
    expect(shown).toMatch(/touch trap %d ~ größer 実験 ␛\[2J\/runs of ada on lab$/);
    await expect(access(trap)).rejects.toThrow('ENOENT');
  });

  test('that does not exist is told with the nearest directory that does', async () => {
    await using here = await makeWorkplace();
    const { lab, venv } = server();
    const storage = join(lab.home, 'experiments/2024');
    expect(
      await openFailing(here, lab, ['--env', venv.directory, '--storage', storage]),
    ).toMatchObject({
      exitCode: 6,
      error: {
        code: 'storage-missing',
        message: `There is no storage ${storage} on the server.`,
        hint: `The nearest directory that exists is ${lab.home}. Check the path: --storage DIR.`,
      },
    });
  });

  test('that is no directory is told so', async () => {
    await using here = await makeWorkplace();
    const { lab, venv } = server();
    const words = ['--env', venv.directory, '--storage', venv.python];
    expect(await openFailing(here, lab, words)).toMatchObject({
      exitCode: 6,
      error: {
        code: 'storage-unreadable',
        message: `The storage ${venv.python} on the server is not a directory.`,
        hint: expect.stringContaining('--storage DIR'),
      },
    });
  });

  test('that was not named and is nowhere to be found is told with where it was looked for', async () => {
    await using here = await makeWorkplace();
    const { lab, venv } = server();
    expect(await openFailing(here, lab, ['--env', venv.directory])).toMatchObject({
      exitCode: 6,
      error: {
        code: 'storage-missing',
        message: expect.stringContaining('RUNICORN_DIR'),
        hint: 'Name it: --storage DIR.',
      },
    });
  });
});
