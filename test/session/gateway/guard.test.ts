import { describe, expect, it } from 'vitest';
import {
  type GuardedRequest,
  type GuardRules,
  guardRequest,
} from '../../../src/session/gateway/guard.ts';
import { cookieNameOf, createToken, equalsSecret } from '../../../src/session/gateway/secrets.ts';

const token = createToken();
const rules: GuardRules = {
  auth: 'token',
  token,
  tickets: [],
  cookieName: cookieNameOf('lab'),
  serviceWorkers: 'refuse',
};
const right = ['Cookie', `porthole-lab=${token}`];

/** A request that passes, but for what is changed. */
const request = (change: Partial<GuardedRequest> = {}, headers: readonly string[] = right) => ({
  method: 'GET',
  url: '/api/runs?limit=5',
  port: 8081,
  rawHeaders: ['Host', 'localhost:8081', ...headers],
  ...change,
});

const verdictOf = (given: GuardedRequest, changed: Partial<GuardRules> = {}) => {
  const verdict = guardRequest(given, { ...rules, ...changed });
  return verdict.kind === 'refuse' ? `${verdict.status} ${verdict.reason}` : verdict.kind;
};

describe('Host', () => {
  it.each(['localhost:8081', '127.0.0.1:8081', '[::1]:8081', 'LocalHost:8081'])(
    'passes %s at port 8081',
    (host) => {
      expect(verdictOf(request({ rawHeaders: ['Host', host, ...right] }))).toBe('pass');
    },
  );

  it.each([
    'evil.example',
    'evil.example:8081',
    'localhost',
    'localhost:8082',
    'localhost:80811',
    'localhost.evil.example:8081',
    'localhost:8081.evil.example',
    'evil@localhost:8081',
    '0.0.0.0:8081',
    '127.0.0.1.:8081',
    '::1:8081',
    '',
  ])('refuses "%s" at port 8081, with the right cookie too', (host) => {
    expect(verdictOf(request({ rawHeaders: ['Host', host, ...right] }))).toBe('403 host');
  });

  it('refuses a request without Host', () => {
    expect(verdictOf(request({ rawHeaders: right }))).toBe('403 host');
  });

  it('refuses two Host lines, since the viewer may read the other one', () => {
    const rawHeaders = ['Host', 'localhost:8081', 'host', 'localhost:8081', ...right];
    expect(verdictOf(request({ rawHeaders }))).toBe('403 host');
  });

  it('passes the bare name at port 80, where browsers leave the port out', () => {
    const rawHeaders = ['Host', 'localhost', 'Origin', 'http://localhost', ...right];
    expect(verdictOf(request({ port: 80, rawHeaders }))).toBe('pass');
  });
});

describe('Origin', () => {
  it('passes our own', () => {
    expect(verdictOf(request({}, [...right, 'Origin', 'http://localhost:8081']))).toBe('pass');
  });

  it.each([
    'https://evil.example',
    'http://localhost:8082',
    'https://localhost:8081',
    'http://127.0.0.1:8081',
    'http://localhost:8081.evil.example',
    'null',
    '',
  ])('refuses "%s"', (origin) => {
    expect(verdictOf(request({}, [...right, 'Origin', origin]))).toBe('403 origin');
  });

  it('passes "null" of our own pages, which no-referrer makes browsers send with form posts', () => {
    const headers = [...right, 'Origin', 'null', 'Sec-Fetch-Site', 'same-origin'];
    expect(verdictOf(request({ method: 'POST' }, headers))).toBe('pass');
  });

  it('refuses "null" of a sandboxed frame', () => {
    const headers = [...right, 'Origin', 'null', 'Sec-Fetch-Site', 'cross-site'];
    expect(verdictOf(request({}, headers))).toBe('403 origin');
  });

  it('refuses two Origin lines', () => {
    const own = ['Origin', 'http://localhost:8081'];
    expect(verdictOf(request({}, [...right, ...own, ...own]))).toBe('403 origin');
  });
});

describe('Sec-Fetch-Site', () => {
  const fetched = (site: string, mode: string, dest: string) => [
    ...['Sec-Fetch-Site', site, 'Sec-Fetch-Mode', mode, 'Sec-Fetch-Dest', dest],
    ...right,
  ];

  it.each([
    ['same-origin', 'cors', 'empty'],
    ['same-origin', 'navigate', 'iframe'],
    ['none', 'navigate', 'document'],
    ['cross-site', 'navigate', 'document'],
    ['same-site', 'navigate', 'document'],
  ])('passes %s with mode %s for %s', (site, mode, dest) => {
    expect(verdictOf(request({}, fetched(site, mode, dest)))).toBe('pass');
  });

  it.each([
    ['same-site', 'cors', 'empty'],
    ['same-site', 'no-cors', 'image'],
    ['same-site', 'no-cors', 'script'],
    ['same-site', 'navigate', 'iframe'],
    ['same-site', 'navigate', 'embed'],
    ['cross-site', 'navigate', 'frame'],
    ['cross-site', 'no-cors', 'document'],
    ['anything', 'cors', 'empty'],
  ])('refuses %s with mode %s for %s', (site, mode, dest) => {
    expect(verdictOf(request({}, fetched(site, mode, dest)))).toBe('403 other-page');
  });

  it('refuses a form post of another page, though it is a navigation', () => {
    const headers = fetched('same-site', 'navigate', 'document');
    expect(verdictOf(request({ method: 'POST' }, headers))).toBe('403 other-page');
  });

  it('refuses two lines of it that contradict each other', () => {
    const headers = ['Sec-Fetch-Site', 'same-origin', ...fetched('same-site', 'cors', 'empty')];
    expect(verdictOf(request({}, headers))).toBe('403 other-page');
  });
});

describe('token', () => {
  it('is asked for', () => {
    expect(verdictOf(request({}, []))).toBe('401 no-token');
  });

  it('passes as a bearer, for scripts', () => {
    expect(verdictOf(request({}, ['Authorization', `Bearer ${token}`]))).toBe('pass');
  });

  it.each([
    ['a wrong bearer', ['Authorization', `Bearer ${createToken()}`]],
    ['a wrong cookie', ['Cookie', `porthole-lab=${createToken()}`]],
    ['an empty cookie', ['Cookie', 'porthole-lab=']],
    ['the beginning of the token', ['Cookie', `porthole-lab=${token.slice(0, -1)}`]],
    ['the token and more', ['Cookie', `porthole-lab=${token}x`]],
  ])('refuses %s', (_what, headers) => {
    expect(verdictOf(request({}, headers))).toBe('401 wrong-token');
  });

  it('does not count in the cookie of another session', () => {
    expect(verdictOf(request({}, ['Cookie', `porthole-lab2=${token}`]))).toBe('401 no-token');
  });

  it('counts behind a wrong cookie of the same name, which any page on localhost can set', () => {
    const headers = ['Cookie', `porthole-lab=evil; other=1; porthole-lab=${token}`];
    expect(verdictOf(request({}, headers))).toBe('pass');
  });

  it('passes no WebSocket, no POST by the query alone', () => {
    const url = `/?token=${token}`;
    expect(verdictOf(request({ url, method: 'POST' }, []))).toBe('401 wrong-token');
  });

  it('is not asked for with auth none, but Host, Origin and Sec-Fetch-Site still hold', () => {
    const none = { auth: 'none' } as const;
    expect(verdictOf(request({}, []), none)).toBe('pass');
    expect(verdictOf(request({ rawHeaders: ['Host', 'evil.example'] }), none)).toBe('403 host');
    expect(verdictOf(request({}, ['Origin', 'https://evil.example']), none)).toBe('403 origin');
    expect(verdictOf(request({}, ['Sec-Fetch-Site', 'same-site']), none)).toBe('403 other-page');
  });

  it('compares texts of any length', () => {
    expect(equalsSecret('', token)).toBe(false);
    expect(equalsSecret('x'.repeat(100_000), token)).toBe(false);
    expect(equalsSecret(token, token)).toBe(true);
  });
});

describe('login', () => {
  const html = ['Accept', 'text/html,application/xhtml+xml'];
  const loginAt = (url: string, headers: readonly string[] = html) =>
    guardRequest(request({ url }, headers), rules);

  it('gives a browser the cookie by a page that goes on', () => {
    expect(loginAt(`/?token=${token}`)).toEqual({
      kind: 'login',
      by: 'page',
      location: '/',
      setCookie: `porthole-lab=${token}; Path=/; HttpOnly; SameSite=Strict`,
      ticket: null,
    });
  });

  it('takes a ticket in place of the token, says which, and gives the same cookie', () => {
    const ticket = createToken();
    const given = request({ url: `/?token=${ticket}` }, ['Accept', 'text/html']);
    expect(guardRequest(given, { ...rules, tickets: [createToken(), ticket] })).toMatchObject({
      kind: 'login',
      location: '/',
      setCookie: expect.stringContaining(`=${token};`),
      ticket,
    });
    expect(verdictOf(given)).toBe('401 wrong-token');
  });

  it('gives other clients a redirect', () => {
    expect(loginAt(`/?token=${token}`, [])).toMatchObject({ kind: 'login', by: 'redirect' });
  });

  it.each(['none', 'same-site', 'same-origin'])(
    'gives a browser a redirect where nobody on another site led it here (Sec-Fetch-Site: %s)',
    (site) => {
      const headers = [...html, 'Sec-Fetch-Site', site, 'Sec-Fetch-Mode', 'navigate'];
      const verdict = loginAt(`/?token=${token}`, [...headers, 'Sec-Fetch-Dest', 'document']);
      expect(verdict).toMatchObject({ kind: 'login', by: 'redirect', location: '/' });
    },
  );

  it('keeps the page that was asked for, and every other parameter byte for byte', () => {
    const url = `/runs/a%20b?x=1&token=${token}&y=%2F+z&token=theirs`;
    expect(loginAt(url)).toMatchObject({ location: '/runs/a%20b?x=1&y=%2F+z&token=theirs' });
  });

  it.each(['//evil.example/', '/\\evil.example/', '///evil.example/', '//\\/evil.example/'])(
    'leads %s to a path of this server, not to another site',
    (path) => {
      expect(loginAt(`${path}?token=${token}`)).toMatchObject({ location: '/evil.example/' });
    },
  );

  it('refuses a token of an earlier start and says so', () => {
    expect(verdictOf(request({ url: `/?token=${createToken()}` }, html))).toBe('401 wrong-token');
  });

  it('works from a page of another site, as a link in a chat', () => {
    const cross = ['Sec-Fetch-Site', 'cross-site', 'Sec-Fetch-Mode', 'navigate'];
    const headers = [...html, ...cross, 'Sec-Fetch-Dest', 'document'];
    expect(loginAt(`/?token=${token}`, headers)).toMatchObject({ kind: 'login', by: 'page' });
  });

  it('is not offered to a frame of another page', () => {
    const framed = ['Sec-Fetch-Site', 'same-site', 'Sec-Fetch-Mode', 'navigate'];
    const headers = [...html, ...framed, 'Sec-Fetch-Dest', 'iframe'];
    expect(verdictOf(request({ url: `/?token=${token}` }, headers))).toBe('403 other-page');
  });
});

describe('what goes on', () => {
  it('carries no porthole token in its path, not even a dead one', () => {
    const url = `/api?token=${createToken()}&x=1`;
    expect(guardRequest(request({ url }), rules)).toMatchObject({ kind: 'pass', path: '/api?x=1' });
  });

  it("keeps a viewer's own token parameter", () => {
    const url = '/lab?token=5f3a';
    expect(guardRequest(request({ url }), rules)).toMatchObject({ path: '/lab?token=5f3a' });
  });

  it('is told to the log without the token when it is refused', () => {
    const verdict = guardRequest(request({ url: `/?token=${createToken()}&a=1` }, []), rules);
    expect(verdict).toMatchObject({ kind: 'refuse', path: '/?a=1' });
  });
});

it.each(['http://localhost:8081/', 'http://evil.example/', '*', 'evil.example:443', ''])(
  'refuses the request target "%s", which is no path',
  (url) => {
    expect(verdictOf(request({ url }))).toBe('403 target');
  },
);

describe('service worker scripts', () => {
  const worker = [...right, 'Service-Worker', 'script', 'Sec-Fetch-Site', 'same-origin'];

  it('are refused: they would outlive the session in the browser', () => {
    expect(verdictOf(request({}, worker))).toBe('403 service-worker');
    const byDest = [...right, 'Sec-Fetch-Site', 'same-origin', 'Sec-Fetch-Dest', 'serviceworker'];
    expect(verdictOf(request({}, byDest))).toBe('403 service-worker');
  });

  it('pass where the adapter allows its own', () => {
    expect(verdictOf(request({}, worker), { serviceWorkers: 'allow' })).toBe('pass');
  });
});

describe('cookie name', () => {
  it('is a token of RFC 6265 for every id, and different for different ids', () => {
    const ids = ['lab', 'me@lab', 'me lab', 'a.b', 'a.2e.b', 'ü;=,'];
    const names = ids.map(cookieNameOf);
    expect(new Set(names).size).toBe(ids.length);
    for (const name of names) expect(name).toMatch(/^porthole-[A-Za-z0-9_.-]+$/);
  });
});
