import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { haveOrSkip, ROOT } from '../lab/have-or-skip.ts';
import { type Lab, startLab } from '../lab/lab.ts';
import { labRunner } from '../lab/run.ts';
import { at, get } from './http.ts';
import { readLines } from './json-lines.ts';
import { shareServer } from './server.ts';
import { makeWorkplace, openWords, type Workplace } from './workplace.ts';

const server = shareServer();

/** Stands for the browser: asks at once for the address that it is started with, and for the viewer's health. */
const BROWSER = `#!/usr/bin/env python3
import http.client, json, os, sys, urllib.parse
address = urllib.parse.urlsplit(sys.argv[1])
def ask(path, headers):
    connection = http.client.HTTPConnection(address.hostname, address.port)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    answer.read()
    return answer
first = ask(address.path + "?" + address.query, {})
cookie = (first.getheader("Set-Cookie") or "").partition(";")[0]
seen = {"address": sys.argv[1], "first": first.status, "cookie": cookie}
seen["health"] = ask("/api/health", {"Cookie": cookie}).status
with open(CALLED + ".part", "w") as file:
    json.dump(seen, file)
os.rename(CALLED + ".part", CALLED)
`;

const seenSchema = z.object({
  address: z.url(),
  first: z.int(),
  cookie: z.string(),
  health: z.int(),
});

/** Opens as on a desktop, where BROWSER is the browser; to be ended. */
const openWithBrowser = async (here: Workplace, lab: Lab, words: readonly string[]) => {
  const called = join(here.directory, 'called');
  const bin = join(here.directory, 'bin');
  await mkdir(bin);
  const opener = BROWSER.replaceAll('CALLED', JSON.stringify(called));
  await writeFile(join(bin, 'xdg-open'), opener, { mode: 0o755 });
  here.watch(lab);
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
  const { first } = readLines(porthole);
  return {
    porthole,
    ready: () => first((_, line) => (line?.type === 'ready' ? line : undefined)),
    /** What the browser was started with, and what it was answered. */
    seen: async () => {
      const text = () => readFile(called, 'utf8').catch(() => '');
      await expect.poll(text, { timeout: 60_000 }).toContain('http');
      return seenSchema.parse(JSON.parse(await text()));
    },
  };
};

test('the browser is started with an address that holds no token and lets in once', async () => {
  await using here = await makeWorkplace();
  const { lab, words } = server();
  const { porthole, ready, seen } = await openWithBrowser(here, lab, words);
  try {
    const { url } = await ready();
    const { address, first, cookie, health } = await seen();
    expect(new URL(address).origin).toBe(new URL(url).origin);
    expect(address).not.toContain(new URL(url).searchParams.get('token'));
    expect([first, health]).toEqual([302, 200]);
    expect((await get(at(address, '/api/health'), { Cookie: cookie })).status).toBe(200);
    expect((await get(address)).status).toBe(401);
  } finally {
    await porthole.terminate();
  }
});

test('failure mode 18: the browser is started when there is an answer to it, though a forward stands before', async (context) => {
  haveOrSkip(context, ROOT);
  await using here = await makeWorkplace();
  // ssh adds the forward, and says so; nothing ever comes through it.
  await using lab = await startLab({ account: {}, sshd: { AllowStreamLocalForwarding: 'no' } });
  const words = ['--viewer', 'builtin', '--storage', lab.home];
  const { porthole, ready, seen } = await openWithBrowser(here, lab, words);
  try {
    // Of the first request that anybody makes for it, at once: nothing is tried again.
    expect(await seen()).toMatchObject({ first: 302, health: 200 });
    expect(await ready()).toMatchObject({ way: 'agent-channel' });
  } finally {
    await porthole.terminate();
  }
});
