import { CHECK_HEADER, OWN_ANSWER_HEADER } from './check.ts';
import { headerLines, type RawHeaders, valuesOf } from './raw-headers.ts';
import { COOKIE_PREFIX, isTokenShaped } from './secrets.ts';

/** Headers of one connection, not of the message (RFC 9110, 7.6.1). */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Never taken out for being named in Connection: without them the message would be another one. */
const ESSENTIAL = new Set(['content-length', 'host', 'set-cookie', 'cookie']);

/**
 * Headers of a request as the viewer gets them: no secret of porthole, nothing of this connection,
 * Host and Origin of one spelling, and `own` in the place of what the client says. Transfer-Encoding is not among them; who sends sets it.
 */
export const sanitizeRequestHeaders = (
  raw: RawHeaders,
  host: string,
  own: Readonly<Record<string, string>> = {},
): string[] => {
  const hops = hopByHopOf(raw);
  const kept = ['Host', host, ...Object.entries(own).flat()];
  const ownNames = new Set(Object.keys(own).map((name) => name.toLowerCase()));
  for (const [name, value] of headerLines(raw)) {
    const key = name.toLowerCase();
    if (hops.has(key) || key === 'host' || key === CHECK_HEADER || ownNames.has(key)) continue;
    if (key === 'authorization' && isOurBearer(value)) continue;
    if (key === 'cookie') {
      const others = withoutOurCookies(value);
      if (others !== '') kept.push(name, others);
      continue;
    }
    // The guard has let it pass, so it is our own page, also where the browser wrote "null".
    kept.push(name, key === 'origin' ? `http://${host}` : value);
  }
  return kept;
};

/**
 * Headers of an answer as the browser gets them: no cookie that could be porthole's or reach other
 * hosts, nothing that clears or redirects what belongs to all ports of localhost.
 */
export const sanitizeResponseHeaders = (raw: RawHeaders): string[] => {
  const hops = hopByHopOf(raw);
  const kept: string[] = [];
  for (const [name, value] of headerLines(raw)) {
    const key = name.toLowerCase();
    if (hops.has(key) || NOT_FOR_VIEWERS.has(key)) continue;
    if (key === 'set-cookie' && !isHarmlessCookie(value)) continue;
    kept.push(name, value);
  }
  kept.push('Referrer-Policy', 'no-referrer');
  return kept;
};

const NOT_FOR_VIEWERS = new Set([
  'referrer-policy',
  OWN_ANSWER_HEADER,
  // "cookies" would clear those of every port of localhost: all other sessions logged out.
  'clear-site-data',
  // Would lead later requests of this origin, cookie included, to another port.
  'alt-svc',
]);

const hopByHopOf = (raw: RawHeaders): ReadonlySet<string> => {
  const named = valuesOf(raw, 'connection')
    .flatMap((value) => value.toLowerCase().split(','))
    .map((name) => name.trim())
    .filter((name) => !ESSENTIAL.has(name));
  return named.length === 0 ? HOP_BY_HOP : new Set([...HOP_BY_HOP, ...named]);
};

const isOurBearer = (value: string): boolean =>
  isTokenShaped(value.trim().replace(/^Bearer +/i, ''));

/** Without every cookie that is porthole's by name, or by value under whatever name. */
const withoutOurCookies = (line: string): string =>
  line
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair !== '' && !isOurs(pair) && !isTokenShaped(cookieValue(pair)))
    .join('; ');

const isHarmlessCookie = (line: string): boolean => {
  const [pair = '', ...attributes] = line.split(';');
  return !isOurs(pair) && !attributes.some((attribute) => nameOf(attribute) === 'domain');
};

/** A nameless cookie ("=porthole-x=1") is sent back as "porthole-x=1": leading "=" do not count. */
const isOurs = (pair: string): boolean =>
  nameOf(pair.replace(/^[\s=]+/, '')).startsWith(COOKIE_PREFIX);

const nameOf = (pair: string): string => (pair.split('=', 1)[0] ?? '').trim().toLowerCase();

const cookieValue = (pair: string): string => pair.slice(pair.indexOf('=') + 1).trim();
