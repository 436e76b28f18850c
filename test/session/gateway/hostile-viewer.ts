import type { IncomingMessage } from 'node:http';
import { WebSocketServer } from 'ws';
import { type FakeViewer, startFakeViewer } from './fake-viewer.ts';

/** A viewer that is after what belongs to others, as a compromised server would have it. */
export interface HostileViewer {
  readonly viewer: FakeViewer;
  /** Every head that it was sent: target and headers, as text. */
  readonly received: readonly string[];
  close(): Promise<void>;
}

/** What one attempt of the hostile page came to. */
export interface Attempt {
  readonly target: string;
  readonly by: string;
  /** Text that it could read, or "" where it could read nothing. */
  readonly got: string;
}

/**
 * Path of the page; `?targets=` takes a JSON array of origins, e.g. ["http://localhost:8082"], and
 * `&paths=` what is attacked there, where it is not the victim viewer.
 */
export const ATTACK_PATH = '/attack';

/** Starts it on a unix socket. Its page leaves its attempts in `window.attempts`, a promise. */
export const startHostileViewer = async (): Promise<HostileViewer> => {
  const received: string[] = [];
  const record = (request: IncomingMessage) =>
    received.push(`${request.method} ${request.url}\n${request.rawHeaders.join('\n')}`);
  const viewer = await startFakeViewer((request, response) => {
    record(request);
    response.setHeader('Set-Cookie', [
      'porthole-victim=evil; Path=/',
      'porthole-hub=evil; Path=/; Domain=localhost',
      '=porthole-nameless=evil',
    ]);
    response.setHeader('Clear-Site-Data', '"cookies"');
    response.setHeader('Referrer-Policy', 'unsafe-url');
    response.setHeader('Content-Type', 'text/html');
    response.end(request.url?.startsWith(ATTACK_PATH) ? ATTACK_PAGE : 'a page');
  });
  const sockets = new WebSocketServer({ server: viewer.server });
  sockets.on('connection', (_socket, request) => record(request));
  return { viewer, received, close: viewer.close };
};

/** Every way by which a page can make its browser send a request, and what it can read of the answer. */
export const ATTACK_PAGE = `<!doctype html><title>A viewer</title><body><script>
const asked = new URLSearchParams(location.search);
const paths = { secret: '/api/secret', stop: '/api/stop', events: '/events', page: '/page',
  ...JSON.parse(asked.get('paths') ?? '{}') };
const settle = (start) => new Promise((resolve) => {
  const timer = setTimeout(() => resolve(''), 4000);
  start((text) => { clearTimeout(timer); resolve(text); });
});
const add = (tag, attributes, done) => {
  const element = Object.assign(document.createElement(tag), attributes);
  element.onload = () => done('loaded');
  element.onerror = () => done('');
  document.body.append(element);
  return element;
};
const framed = (element, done) => {
  element.onload = () => {
    try { done(element.contentDocument.documentElement.outerHTML); } catch { done(''); }
  };
};
const form = (origin, method, name) => {
  const frame = add('iframe', { name }, () => undefined);
  const element = Object.assign(document.createElement('form'),
    { method, action: origin + paths.stop, target: name });
  document.body.append(element);
  return (done) => { framed(frame, done); element.submit(); };
};
const ways = {
  'fetch': (o, done) => fetch(o + paths.secret, { credentials: 'include' })
    .then((r) => r.text()).then(done, () => done('')),
  'fetch without cors': (o, done) => fetch(o + paths.secret, { credentials: 'include', mode: 'no-cors' })
    .then((r) => r.text()).then(done, () => done('')),
  'post': (o, done) => fetch(o + paths.stop, { method: 'POST', credentials: 'include', mode: 'no-cors', body: 'x' })
    .then((r) => r.text()).then(done, () => done('')),
  'post json': (o, done) => fetch(o + paths.stop, { method: 'POST', credentials: 'include',
    headers: { 'content-type': 'application/json' }, body: '{}' }).then((r) => r.text()).then(done, () => done('')),
  'XMLHttpRequest': (o, done) => {
    const request = new XMLHttpRequest();
    request.open('GET', o + paths.secret);
    request.withCredentials = true;
    request.onload = () => done(request.responseText);
    request.onerror = () => done('');
    request.send();
  },
  'beacon': (o, done) => { navigator.sendBeacon(o + paths.stop, 'x'); done(''); },
  'image': (o, done) => add('img', { src: o + '/secret.svg' }, done),
  'script': (o, done) => add('script', { src: o + '/secret.js' }, () => done(window.secret ?? '')),
  'style': (o, done) => add('link', { rel: 'stylesheet', href: o + '/secret.css' },
    () => done(getComputedStyle(document.body).getPropertyValue('--secret'))),
  'iframe': (o, done) => framed(add('iframe', { src: o + paths.page }, done), done),
  'object': (o, done) => add('object', { data: o + paths.page, type: 'text/html' }, () => done('')),
  'form by get': (o, done) => form(o, 'GET', 'get' + Math.random())(done),
  'form by post': (o, done) => form(o, 'POST', 'post' + Math.random())(done),
  'EventSource': (o, done) => {
    const source = new EventSource(o + paths.events, { withCredentials: true });
    source.onmessage = (event) => { source.close(); done(event.data); };
    source.onerror = () => { source.close(); done(''); };
  },
  'WebSocket': (o, done) => {
    const socket = new WebSocket(o.replace('http', 'ws') + '/live');
    socket.onmessage = (event) => { done(event.data); };
    socket.onopen = () => socket.send('hello');
    socket.onerror = () => done('');
  },
  'window': (o, done) => {
    const opened = open(o + paths.page);
    setTimeout(() => {
      try { done(opened.document.documentElement.outerHTML); } catch { done(''); }
      opened?.close();
    }, 1500);
  },
  // Without https only localhost has any.
  'service worker': (o, done) => navigator.serviceWorker === undefined ? done('')
    : navigator.serviceWorker.register('/worker.js').then(() => done('registered'), () => done('')),
  'cookies': (o, done) => done(document.cookie),
};
window.attempts = Promise.all(JSON.parse(asked.get('targets'))
  .flatMap((target) => Object.entries(ways).map(async ([by, go]) =>
    ({ target, by, got: String(await settle((done) => go(target, done))) }))));
</script>`;
