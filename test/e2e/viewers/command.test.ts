import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { processesWith } from '../../lab/processes.ts';
import { at, bearer, get } from '../http.ts';
import { shareServer } from '../server.ts';
import { expectNothingLeft, type ViewerThere } from '../server-side.ts';
import { makeWorkplace } from '../workplace.ts';

const server = shareServer();
/** A directory with a name that a shell would take apart. */
const NAME = "plots 'of' $(all) ; x";
let plots: string;

beforeAll(async () => {
  const { lab } = server();
  plots = join(lab.directory, NAME);
  await mkdir(plots);
  await writeFile(join(plots, 'hello.txt'), 'from the server');
});

/** Serves 127.0.0.1 or a socket with what Python brings, and says what it was started with. */
const SERVE = `
import http.server, os, socketserver, sys
where, place = sys.argv[1:3]
class Handler(http.server.SimpleHTTPRequestHandler):
    def do_GET(self):
        text = repr((sys.executable, sys.argv, os.getcwd(), os.environ.get('VIRTUAL_ENV'))).encode()
        self.send_response(404 if self.path == '/' else 200)
        self.send_header('Content-Length', str(len(text)))
        self.end_headers()
        self.wfile.write(text)
    def address_string(self):
        return 'local'
if where == 'socket':
    http.server.HTTPServer.address_family = 1
    http.server.HTTPServer.server_bind = socketserver.TCPServer.server_bind
    http.server.HTTPServer(place, Handler).serve_forever()
http.server.HTTPServer((sys.argv[3] if len(sys.argv) > 3 else '127.0.0.1', int(place)), Handler).serve_forever()
`;

describe('a command as viewer', () => {
  test('is served through the gateway on a port, with a word to other accounts, and leaves nothing', async () => {
    await using here = await makeWorkplace();
    const { lab, venv } = server();
    const words = ['python', '-m', 'http.server', '{port}', '--bind', '127.0.0.1'];
    const porthole = here.open(lab, [
      ...['--env', venv.directory, '--storage', plots, '--', ...words],
      ...['--directory', '{storage}'],
    ]);
    const { url, ...ready } = await porthole.ready();
    expect(ready).toMatchObject({ viewer: 'command', viewerVersion: '', storage: plots });
    const file = await get(at(url, '/hello.txt'), bearer(url));
    expect(file).toMatchObject({ status: 200, body: 'from the server' });
    const notes = porthole.lines().filter(({ type }) => type === 'note');
    expect(JSON.stringify(notes)).toContain('other accounts there can reach it');

    const viewers = [await commandOn()];
    expect(await porthole.end('SIGINT')).toEqual({ exitCode: 130, signal: null });
    await expectNothingLeft(here, [{ lab, viewers }]);
  });

  test('gets its words as they are, no shell between, in its storage and environment; it is remembered', async () => {
    await using here = await makeWorkplace();
    const { lab, venv } = server();
    const odd = 'a \'b\' "c" $(touch x) `id` ; | & \\ {not} é';
    const command = ['--', 'python', '-c', SERVE, 'socket', '{socket}', odd, '{storage}'];
    const first = here.open(lab, ['--env', venv.directory, '--storage', plots, ...command]);
    const { url } = await first.ready();
    const { body } = await get(at(url, '/x'), bearer(url));
    const said = (text: string) => expect.stringContaining(JSON.stringify(text).slice(1, -1));
    expect(body).toContain(venv.directory);
    expect(body.replaceAll("\\'", "'").replaceAll('\\\\', '\\')).toContain(odd);
    expect(body.replaceAll("\\'", "'")).toContain(`${plots}`);
    expect(body).toEqual(said('viewer.sock'));
    expect(first.lines().filter(({ type }) => type === 'note')).toEqual([]);
    await first.end('SIGINT');

    const second = here.open(lab);
    const again = await second.ready();
    expect(again).toMatchObject({ viewer: 'command', storage: plots });
    expect((await get(at(again.url, '/x'), bearer(again.url))).body).toContain('viewer.sock');
    const viewers = [await commandOn()];
    await second.end('SIGINT');
    await expectNothingLeft(here, [{ lab, viewers }]);
  });

  test('that listens elsewhere than it was told is ended, and its place is named', async () => {
    await using here = await makeWorkplace();
    const { lab, venv } = server();
    const words = ['python', '-c', SERVE, 'port', '0', '127.0.0.1', '{port}'];
    const all = ['--env', venv.directory, '--storage', plots, '--timeout', '8', '--', ...words];
    const porthole = here.open(lab, all);
    expect((await porthole.process.exited).exitCode).toBe(7);
    expect(porthole.lines().at(-1)).toMatchObject({
      type: 'error',
      code: 'viewer-timeout',
      message: expect.stringMatching(/it listens at 127\.0\.0\.1:\d+\./),
    });
    await expectNothingLeft(here, [{ lab, viewers: [] }]);
  });

  test('that listens at every address is said to be open to every machine', async () => {
    await using here = await makeWorkplace();
    const { lab, venv } = server();
    const words = ['python', '-c', SERVE, 'port', '{port}', '0.0.0.0'];
    const porthole = here.open(lab, ['--env', venv.directory, '--storage', plots, '--', ...words]);
    await porthole.ready();
    const notes = JSON.stringify(porthole.lines().filter(({ type }) => type === 'note'));
    expect(notes).toMatch(/listens at 0\.0\.0\.0:\d+: every machine that reaches lab can open it/);
    const viewers = [await commandOn()];
    await porthole.end('SIGINT');
    await expectNothingLeft(here, [{ lab, viewers }]);
  });

  test('that prints a port and dies is said to have ended, with what it printed', async () => {
    await using here = await makeWorkplace();
    const { lab, venv } = server();
    const words = ['python', '-c', 'print("http://127.0.0.1:1234"); raise SystemExit(3)', '{port}'];
    const porthole = here.open(lab, ['--env', venv.directory, '--storage', plots, '--', ...words]);
    expect((await porthole.process.exited).exitCode).toBe(7);
    expect(porthole.lines().at(-1)).toMatchObject({
      code: 'viewer-exited',
      message: expect.stringContaining('exit status 3'),
      output: 'http://127.0.0.1:1234',
    });
    await expectNothingLeft(here, [{ lab, viewers: [] }]);
  });

  test.each([
    [['--', 'v'], /neither/],
    [['--', 'v', '{port}', '{socket}'], /both/],
    [['--', 'v', '{prot}'], /\{prot\}/],
    [['--'], /nothing follows/],
    [['--viewer', 'tensorboard', '--', 'v', '{port}'], /Both a viewer/],
    [['--viewer', 'command'], /missing/],
  ])('is refused as %j before anything is dialled', async (words, message) => {
    await using here = await makeWorkplace();
    const porthole = here.open(server().lab, words);
    expect((await porthole.process.exited).exitCode).toBe(2);
    expect(porthole.lines()).toEqual([
      expect.objectContaining({ code: 'usage', message: expect.stringMatching(message) }),
    ]);
  });
});

const VARIABLE = 'PORTHOLE_SESSION_DIRECTORY=';

const commandOn = async (): Promise<ViewerThere> => {
  for (const one of await processesWith(server().lab.marker)) {
    const entry = one.environment.find((text) => text.startsWith(VARIABLE));
    if (entry !== undefined) return { process: one, directory: entry.slice(VARIABLE.length) };
  }
  throw new Error('There is no viewer.');
};
