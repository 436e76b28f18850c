import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { makeChroot } from '../lab/chroot.ts';
import { haveOrSkip, ROOT, SSHD } from '../lab/have-or-skip.ts';
import { type Lab, startLab } from '../lab/lab.ts';
import { makeQuotaDisk, type QuotaDisk } from '../lab/quota-disk.ts';
import { examine } from './doctor.ts';
import { openFailing } from './failing.ts';
import { at, bearer, get } from './http.ts';
import { expectNothingLeft, masterOf, viewerOn } from './server-side.ts';
import { makeWorkplace } from './workplace.ts';

beforeEach((context) => haveOrSkip(context, SSHD, ROOT));

const over = (place: string, disk: QuotaDisk) => [{ over: place, with: disk.directory }];

describe.concurrent('failure mode 25: a quota that is used up', () => {
  test.each([
    ['of bytes', { bytes: 8192 }],
    ['of files, at the first', { files: 0 }],
    ['of files, at the second', { files: 1 }],
    ['of files, at the third', { files: 2 }],
  ])(
    'in /tmp, %s: the next place is taken, which doctor says, and nothing stays in /tmp',
    async (_, quota) => {
      await using here = await makeWorkplace();
      await using disk = await makeQuotaDisk(quota);
      await using lab = await startLab({ account: {}, mounts: over('/tmp', disk) });
      const porthole = here.open(lab, ['--viewer', 'builtin', '--storage', lab.home]);
      const { url } = await porthole.ready();
      expect((await get(at(url, '/api/runs'), bearer(url))).status).toBe(200);
      const viewer = await viewerOn(lab);
      expect(viewer.directory).toMatch(/^\/var\/tmp\//);
      await porthole.end('SIGINT');
      await expectNothingLeft(here, [{ lab, viewers: [viewer] }]);

      const report = await examine(here, lab);
      expect(report).toMatchObject({ exitCode: 0, verdict: 'warning' });
      expect(report.of('runtime-directory')).toMatchObject({
        fact: expect.stringMatching(/^in \/var\/tmp /),
        cause: expect.stringMatching(
          /^Not in the place that comes first: \S+: Disk quota exceeded/,
        ),
      });
      expect(await readdir(disk.directory)).toEqual([]);
    },
  );

  test('in every place is the failure, with its cause, and nothing is left', async () => {
    await using here = await makeWorkplace();
    await using root = await makeChroot({ tmp: 'there', proc: 'there' });
    await using disk = await makeQuotaDisk({ bytes: 0 });
    const mounts = [...(root.options.mounts ?? []), ...over('/mnt/tmp', disk)];
    await using lab = await startLab({ ...root.options, mounts });
    expect(
      await openFailing(here, lab, ['--viewer', 'builtin', '--storage', '/srv']),
    ).toMatchObject({
      exitCode: 7,
      error: {
        code: 'runtime-directory',
        message: expect.stringMatching(/\/tmp\/porthole-\S+: Disk quota exceeded/),
        hint: expect.stringMatching(/\S/),
      },
    });
    expect(await readdir(disk.directory)).toEqual([]);
  });

  test('in the home keeps nobody from the data', async () => {
    await using here = await makeWorkplace();
    await using disk = await makeQuotaDisk({ bytes: 0, files: 0 });
    await using lab = await startLab({ account: {}, setEnv: { HOME: disk.directory } });
    const porthole = here.open(lab, ['--viewer', 'builtin', '--storage', lab.directory]);
    const { url } = await porthole.ready();
    expect((await get(at(url, '/api/runs'), bearer(url))).status).toBe(200);
    await porthole.end('SIGINT');
    await expectNothingLeft(here, [{ lab, viewers: [] }]);
    expect(await readdir(disk.directory)).toEqual([]);
  });
});

test('failure mode 25: a quota that is used up while a session is open costs lines of its log, and neither viewer nor reconnect', async () => {
  await using here = await makeWorkplace();
  await using disk = await makeQuotaDisk();
  await using lab = await startLab({ account: {}, mounts: over('/tmp', disk) });
  const porthole = here.open(lab, [
    ...['--storage', lab.home],
    ...['--', '/usr/bin/python3', '-I', '-S', '-u', '-c', TALKER, '{socket}'],
  ]);
  const { url } = await porthole.ready();
  const ask = async (path: string) => (await get(at(url, path), bearer(url))).body;
  const log = async () => (await here.run(['logs', 'lab'])).stdout;
  expect(await ask('/before')).toBe('said');
  await expect.poll(log).toContain('/before 0');

  // More than a log file is to hold: the next one cannot be begun, and then nothing can be written.
  await disk.limit({ files: 0 });
  expect(await ask('/flood?20000')).toBe('said');
  await disk.limit({ bytes: 0, files: 0 });
  process.kill(await masterOf(here), 'SIGKILL');
  await porthole.line((line) => line.type === 'state' && line.state === 'ready');
  expect(await ask('/while')).toBe('said');
  expect(await log()).not.toContain('/while');

  await disk.limit({});
  expect(await ask('/after')).toBe('said');
  await expect.poll(log).toContain('/after 0');
  expect(await sessionsOn(disk, lab)).toHaveLength(1);
  await porthole.end('SIGINT');
  await expectNothingLeft(here, [{ lab, viewers: [] }]);
  expect(await readdir(disk.directory)).toEqual([]);
});

const sessionsOn = (disk: QuotaDisk, lab: Lab): Promise<string[]> =>
  readdir(join(disk.directory, `porthole-${lab.uid}`));

/** Prints the path that it is asked for, as many times as that says, before it answers. */
const TALKER = `
import http.server, os, socketserver, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        path, _, times = self.path.partition('?')
        for i in range(int(times or 1)):
            os.write(1, b'%s %d and some more words, so that it is a line\\n' % (path.encode(), i))
        self.send_response(200)
        self.send_header('Content-Length', '4')
        self.end_headers()
        self.wfile.write(b'said')
    def log_message(self, *words):
        pass
class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    pass
Server(sys.argv[1], Handler).serve_forever()
`;
