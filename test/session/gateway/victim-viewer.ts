import { WebSocketServer } from 'ws';
import { type FakeViewer, startFakeViewer } from './fake-viewer.ts';

/** What no other page may ever read. */
export const SECRET = 'the secret of the victim';

/** What the victim says besides its secret: in every form that a page of another origin may load. */
const ANSWERS: Readonly<Record<string, readonly [type: string, body: string]>> = {
  'POST /posted': ['text/html', 'posted'],
  'GET /form': ['text/html', '<form method="post" action="/posted"><button>Send</button></form>'],
  'GET /secret.js': ['text/javascript', `window.secret = '${SECRET}'`],
  'GET /secret.css': ['text/css', `body { --secret: '${SECRET}' }`],
  'GET /secret.svg': ['image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg"/>'],
  'GET /events': ['text/event-stream', `data: ${SECRET}\n\n`],
};

/** A viewer that guards nothing by itself. */
export interface VictimViewer {
  readonly viewer: FakeViewer;
  /** Every request that came through to it, as "GET /page". */
  readonly requests: string[];
  /** WebSockets that came through to it. */
  sockets(): number;
  close(): Promise<void>;
}

/** Starts it on a unix socket. As careless as a viewer can be: every origin is allowed, with credentials. */
export const startVictimViewer = async (): Promise<VictimViewer> => {
  const requests: string[] = [];
  let sockets = 0;
  const viewer = await startFakeViewer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    response.setHeader('Access-Control-Allow-Origin', request.headers.origin ?? '*');
    response.setHeader('Access-Control-Allow-Credentials', 'true');
    response.setHeader('Access-Control-Allow-Headers', 'content-type');
    const [type, body] = ANSWERS[`${request.method} ${request.url}`] ?? ['text/html', SECRET];
    response.setHeader('Content-Type', type);
    response.end(body);
  });
  new WebSocketServer({ server: viewer.server }).on('connection', (socket) => {
    sockets += 1;
    socket.send(SECRET);
  });
  return { viewer, requests, sockets: () => sockets, close: viewer.close };
};
