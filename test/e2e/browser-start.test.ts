import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { labRunner } from '../lab/run.ts';
import { at, get } from './http.ts';
import { readLines } from './json-lines.ts';
import { shareServer } from './server.ts';
import { makeWorkplace, openWords } from './workplace.ts';

const server = shareServer();

test('failure mode 18: the browser is started with an address that holds no token and lets in once', async () => {
  await using here = await makeWorkplace();
  const { lab, words } = server();
  const called = join(here.directory, 'called');
  const bin = join(here.directory, 'bin');
  await mkdir(bin);
  const opener = `#!/bin/sh\nprintf '%s' "$1" >${called}.part && mv ${called}.part ${called}\n`;
  await writeFile(join(bin, 'xdg-open'), opener, { mode: 0o755 });
  const porthole = labRunner.start({
    file: process.execPath,
    args: [here.program, ...openWords(lab, words).filter((word) => word !== '--no-open')],
    env: {
      ...here.env,
      PATH: `${bin}:${process.env.PATH}`,
      DISPLAY: ':99',
      SSH_CONNECTION: undefined,
      SSH_TTY: undefined,
    },
  });
  try {
    const ready = await readLines(porthole).first((_, line) =>
      line?.type === 'ready' ? line : undefined,
    );
    const opened = () => readFile(called, 'utf8').catch(() => '');
    await expect.poll(opened, { timeout: 20_000 }).toContain('http');
    const address = await opened();
    expect(new URL(address).origin).toBe(new URL(ready.url).origin);
    expect(address).not.toContain(new URL(ready.url).searchParams.get('token'));

    const first = await get(address);
    expect(first.status).toBe(302);
    const cookie = first.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    expect((await get(at(address, '/api/health'), { Cookie: cookie })).status).toBe(200);
    expect((await get(address)).status).toBe(401);
  } finally {
    await porthole.terminate();
  }
});
