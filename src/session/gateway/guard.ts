import { cookiesOf, type RawHeaders, valuesOf } from './raw-headers.ts';
import { equalsSecret } from './secrets.ts';
import { takeTokens } from './token-query.ts';

/** What the guard looks at. */
export interface GuardedRequest {
  readonly method: string;
  /** Request target as it came. */
  readonly url: string;
  /** The local port that it came in at. */
  readonly port: number;
  readonly rawHeaders: RawHeaders;
}

/** What the guard goes by; one for each gateway, one for the hub. */
export interface GuardRules {
  /** `none` switches the token off and nothing else. */
  readonly auth: 'token' | 'none';
  readonly token: string;
  /** Each lets a browser in once, in place of the token. */
  readonly tickets: readonly string[];
  readonly cookieName: string;
  /** Whether scripts of service workers may be fetched: they outlive the session in the browser. */
  readonly serviceWorkers: 'refuse' | 'allow';
}

/** Why a request was refused. */
export type RefusalReason =
  | 'target'
  | 'host'
  | 'origin'
  | 'other-page'
  | 'service-worker'
  | 'no-token'
  | 'wrong-token'
  | 'other-account';

export type Verdict =
  /** Goes on. `host` is the one of our names that the client used, `path` is free of tokens. */
  | { readonly kind: 'pass'; readonly host: string; readonly path: string }
  /**
   * Gets the cookie, then goes on to `location`: by a redirect, which is quickest; by a page where a
   * browser comes from another site, since it would not send a strict cookie along a redirect from there.
   */
  | {
      readonly kind: 'login';
      readonly by: 'page' | 'redirect';
      readonly location: string;
      readonly setCookie: string;
      /** The ticket that it came with, to be used up; null where it came with the token. */
      readonly ticket: string | null;
    }
  | {
      readonly kind: 'refuse';
      readonly status: 401 | 403;
      readonly reason: RefusalReason;
      /** For the log: free of tokens. */
      readonly path: string;
    };

/**
 * Decides on one request. Three questions, in this order: is it meant for us (Host), does it come
 * from our own pages or from the user (Origin, Sec-Fetch-*), does it carry the secret?
 *
 * The second is needed beside the third since a browser sends our cookie with requests that pages
 * on other ports of localhost make: cookies ignore ports, and those pages are same-site.
 */
export const guardRequest = (request: GuardedRequest, rules: GuardRules): Verdict => {
  const { path, tokens } = takeTokens(request.url);
  const refuse = (status: 401 | 403, reason: RefusalReason): Verdict => ({
    kind: 'refuse',
    status,
    reason,
    path,
  });

  if (!request.url.startsWith('/')) return refuse(403, 'target');
  const host = ownHost(request);
  if (host === undefined) return refuse(403, 'host');
  if (!isOwnOrigin(request, host)) return refuse(403, 'origin');
  if (!isOwnPageOrUser(request)) return refuse(403, 'other-page');
  if (rules.serviceWorkers === 'refuse' && isServiceWorkerScript(request)) {
    return refuse(403, 'service-worker');
  }
  if (isLogin(request, rules)) {
    if (tokens.some((given) => equalsSecret(given, rules.token))) {
      return login(request, rules, { location: path, ticket: null });
    }
    const ticket = rules.tickets.find((one) => tokens.some((given) => equalsSecret(given, one)));
    if (ticket !== undefined) return login(request, rules, { location: path, ticket });
  }
  switch (rules.auth === 'none' ? 'right' : credentialOf(request, rules)) {
    case 'right':
      return { kind: 'pass', host, path };
    case 'wrong':
      return refuse(401, 'wrong-token');
    case 'none':
      return refuse(401, tokens.length > 0 ? 'wrong-token' : 'no-token');
  }
};

const OWN_NAMES = ['localhost', '127.0.0.1', '[::1]'] as const;

/** The Host as sent, where it is one of ours: this is what keeps DNS rebinding out. */
const ownHost = ({ rawHeaders, port }: GuardedRequest): string | undefined => {
  const [given, ...more] = valuesOf(rawHeaders, 'host');
  if (given === undefined || more.length > 0) return undefined;
  const host = given.trim().toLowerCase();
  // Browsers leave the port out where it is that of the scheme.
  const isOurs = OWN_NAMES.some(
    (name) => host === `${name}:${port}` || (port === 80 && host === name),
  );
  return isOurs ? host : undefined;
};

/**
 * Origin, where sent, is our own. "null" is sent by our own pages too: under the referrer policy
 * `no-referrer` a browser puts it into form posts (Fetch, "append a request Origin header"), and
 * Sec-Fetch-Site then tells whose page it is.
 */
const isOwnOrigin = ({ rawHeaders }: GuardedRequest, host: string): boolean => {
  const [origin, ...more] = valuesOf(rawHeaders, 'origin');
  if (origin === undefined) return true;
  if (more.length > 0) return false;
  if (origin === 'null') return isOnly(rawHeaders, 'sec-fetch-site', 'same-origin');
  return origin.toLowerCase() === `http://${host}`;
};

/** Sec-Fetch-Site, where sent, tells of our own page or of the user; or else a tab is led here. */
const isOwnPageOrUser = ({ method, rawHeaders }: GuardedRequest): boolean => {
  if (valuesOf(rawHeaders, 'sec-fetch-site').length === 0) return true;
  return (
    isOnly(rawHeaders, 'sec-fetch-site', 'same-origin') ||
    isOnly(rawHeaders, 'sec-fetch-site', 'none') ||
    (method === 'GET' &&
      isOnly(rawHeaders, 'sec-fetch-mode', 'navigate') &&
      isOnly(rawHeaders, 'sec-fetch-dest', 'document'))
  );
};

/** Service Workers, "fetch the script": the browser marks it by these. */
const isServiceWorkerScript = ({ rawHeaders }: GuardedRequest): boolean =>
  valuesOf(rawHeaders, 'service-worker').length > 0 ||
  valuesOf(rawHeaders, 'sec-fetch-dest').includes('serviceworker');

const isOnly = (raw: RawHeaders, name: string, wanted: string): boolean => {
  const values = valuesOf(raw, name);
  return values.length === 1 && values[0] === wanted;
};

/** A navigation that the user began (Fetch Metadata: `none`), or a page of this machine's. */
const isFromNearby = (raw: RawHeaders): boolean =>
  ['none', 'same-origin', 'same-site'].some((site) => isOnly(raw, 'sec-fetch-site', site));

/** Only what a person or a script begins with; a token anywhere else is taken out and means nothing. */
const isLogin = ({ method }: GuardedRequest, { auth }: GuardRules): boolean =>
  auth === 'token' && (method === 'GET' || method === 'HEAD');

const login = (
  { rawHeaders }: GuardedRequest,
  rules: GuardRules,
  way: { location: string; ticket: string | null },
): Verdict => ({
  kind: 'login',
  by: wantsHtml(rawHeaders) && !isFromNearby(rawHeaders) ? 'page' : 'redirect',
  ...way,
  setCookie: `${rules.cookieName}=${rules.token}; Path=/; HttpOnly; SameSite=Strict`,
});

/** Whether a person looks at the answer. */
export const wantsHtml = (rawHeaders: RawHeaders): boolean =>
  valuesOf(rawHeaders, 'accept').some((accept) => accept.toLowerCase().includes('text/html'));

/**
 * A cookie or bearer that is right counts, whatever others are there: another page on localhost can
 * put a wrong cookie of our name, with a longer path, in front of the right one.
 */
const credentialOf = (
  { rawHeaders }: GuardedRequest,
  { token, cookieName }: GuardRules,
): 'right' | 'wrong' | 'none' => {
  const given = cookiesOf(rawHeaders).flatMap(([name, value]) =>
    name === cookieName ? [value] : [],
  );
  for (const value of valuesOf(rawHeaders, 'authorization')) {
    const bearer = /^Bearer +(\S+)$/i.exec(value.trim());
    if (bearer?.[1] !== undefined) given.push(bearer[1]);
  }
  if (given.some((value) => equalsSecret(value, token))) return 'right';
  return given.length > 0 ? 'wrong' : 'none';
};
