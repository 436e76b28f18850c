import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { ensureBuilt } from '../../../scripts/lib/ensure-built.ts';
import type { RunningProcess } from '../../../src/ssh/runner.ts';
import { labRunner } from '../../lab/run.ts';

const root = join(import.meta.dirname, '../../..');

/** Strict enough that nothing inline, nothing evaluated and nothing from elsewhere can run. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; font-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

const START =
  'import sys; sys.path.insert(0, sys.argv[1]); from porthole_viewer.main import main; main()';

/** The bundled viewer: its real server, and its pages as they are shipped. */
export interface ServedViewer {
  readonly url: string;
  /** Ends all connections to the server and lets no new one through. */
  cut(): void;
  /** Lets them through again. */
  mend(): void;
  close(): Promise<void>;
}

/** Serves a storage root as porthole does: pages from here, data from a process on a socket. */
export const serveViewer = async (options: {
  readonly storage: string;
  readonly manage?: boolean;
  readonly python?: string;
  readonly source?: string;
}): Promise<ServedViewer> => {
  await ensureBuilt();
  const directory = await mkdtemp(join(tmpdir(), 'porthole-viewer-'));
  const socket = join(directory, 'viewer.sock');
  const { storage, manage = false, source = join(root, 'src/builtin') } = options;
  const viewer = labRunner.start({
    file: options.python ?? 'python3',
    args: ['-I', '-S', '-B', '-c', START, source],
  });
  viewer.stdin.write(`${JSON.stringify({ socket, storage, manage })}\n`);
  await listening(viewer);
  const open = new Set<Socket>();
  let isCut = false;
  const server = createServer((request, response) => {
    if (request.url?.startsWith('/api/') !== true) void servePage(request, response);
    else if (isCut) response.destroy();
    else forward({ request, response, socket });
  });
  server.on('connection', (one) => {
    open.add(one);
    one.once('close', () => open.delete(one));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    cut: () => {
      isCut = true;
      for (const one of open) one.destroy();
    },
    mend: () => {
      isCut = false;
    },
    close: async () => {
      await closeServer(server, open);
      viewer.stdin.end();
      await viewer.exited;
      await rm(directory, { recursive: true, force: true });
    },
  };
};

const listening = async (viewer: RunningProcess): Promise<void> => {
  for await (const line of createInterface({ input: viewer.stdout })) {
    if (line.startsWith('\x1e{"listening"')) return;
  }
  throw new Error(`The viewer's server did not start:\n${viewer.stderr.text()}`);
};

const servePage = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const path = new URL(request.url ?? '/', 'http://localhost').pathname;
  const file = join(root, 'dist/viewer', path === '/' ? 'index.html' : path);
  if (!existsSync(file)) {
    response.writeHead(404).end();
    return;
  }
  const headers = {
    'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream',
    'Content-Security-Policy': POLICY,
    'X-Content-Type-Options': 'nosniff',
  };
  response.writeHead(200, headers).end(await readFile(file));
};

const forward = (one: {
  request: IncomingMessage;
  response: ServerResponse;
  socket: string;
}): void => {
  const { request, response, socket } = one;
  const { method, url, headers } = request;
  const onward = httpRequest({ socketPath: socket, method, path: url, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.on('error', () => response.destroy());
  response.on('close', () => onward.destroy());
  request.pipe(onward);
};

const closeServer = async (server: Server, open: ReadonlySet<Socket>): Promise<void> => {
  const closed = once(server, 'close');
  server.close();
  for (const one of open) one.destroy();
  await closed;
};
