import { headerLines, type RawHeaders, valuesOf } from './raw-headers.ts';

/**
 * Headers of an answer that a browser keeps only as far as the viewer says so; pages are always asked
 * for anew. Where nothing is said a browser guesses from Last-Modified (RFC 9111, 4.2.2) and shows what
 * another viewer left at the same port. Clear-Site-Data "cache" would mend that too, but it holds a page
 * up in Chromium for seconds, with a full cache for minutes (crbug 40233601).
 */
export const withoutGuessedFreshness = (raw: RawHeaders): RawHeaders => {
  const [cacheControl, type, expires, etag] = [
    'cache-control',
    'content-type',
    'expires',
    'etag',
  ].map((name) => valuesOf(raw, name).join(','));
  if (/\bno-store\b/i.test(cacheControl ?? '')) return raw;
  const isPage = /^\s*text\/html\b/i.test(type ?? '');
  const isSaid = expires !== '' || /\b(max-age|no-cache)\b/i.test(cacheControl ?? '');
  if (isSaid && !isPage) return raw;
  const dropped = new Set(['cache-control', 'expires', 'pragma']);
  // A date alone does not tell the file of one viewer from that of another.
  if (etag === '') dropped.add('last-modified');
  return [...without(raw, dropped), 'Cache-Control', 'no-cache'];
};

/**
 * Headers of a request without the date that a server has to ignore beside an ETag (RFC 9110, 13.1.3),
 * which some do not: they take another viewer's newer file for theirs.
 */
export const withoutSecondValidator = (raw: RawHeaders): RawHeaders =>
  valuesOf(raw, 'if-none-match').length === 0 ? raw : without(raw, new Set(['if-modified-since']));

const without = (raw: RawHeaders, names: ReadonlySet<string>): string[] =>
  [...headerLines(raw)].filter(([name]) => !names.has(name.toLowerCase())).flat();
