import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { PortholeError } from '../../core/errors.ts';
import type { LocalRequest } from './gateway.ts';
import { sourceHash } from './source-hash.ts';

/** The web files of a page of ours, held in memory: they are served from this machine, never from afar. */
export interface PageFiles {
  /** Answers a request for a page or a file of it; `/api/` and what is not there is left to the viewer. */
  serve(request: LocalRequest): 'served' | 'not-mine';
}

interface PageFile {
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly etag: string;
}

const API_PREFIX = '/api/';
const INDEX = '/index.html';
/** The build gives these a hash of their content in their names: another content has another name. */
const HASHED_PREFIX = '/assets/';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.json': 'application/json',
  '.woff2': 'font/woff2',
  '.md': 'text/plain; charset=utf-8',
};

/** Everything comes from this origin, inline are only the page's own scripts, and nobody may frame it. */
const policyOf = (inlineScripts: readonly string[]): string =>
  [
    "default-src 'none'",
    ["script-src 'self'", ...inlineScripts.map(sourceHash)].join(' '),
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "connect-src 'self'",
    "font-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

/** Those that the build wrote into a page of ours. */
const inlineScriptsOf = (path: string, body: Buffer): readonly string[] =>
  path.endsWith('.html')
    ? [...body.toString().matchAll(/<script>(.*?)<\/script>/gs)].map(([, text = '']) => text)
    : [];

/**
 * Reads the web files below `directory`.
 *
 * @throws PortholeError `internal` where there are none
 */
export const loadPageFiles = async (directory: string): Promise<PageFiles> => {
  const files = new Map<string, PageFile>();
  for (const path of await filesBelow(directory)) {
    files.set(`/${path}`, describe(`/${path}`, await readFile(join(directory, path))));
  }
  const index = files.get(INDEX);
  if (index === undefined) throw noPages(directory);

  return {
    serve: (request) => {
      const { link, path } = request;
      const place = path.split('?', 1)[0] ?? '';
      if (place.startsWith(API_PREFIX)) return 'not-mine';
      const isPage = place === '/' || place === INDEX;
      // While the link is down the gateway's own page says why, and goes on when it is up again.
      if (isPage && link === 'unknown') return 'not-mine';
      const file = isPage ? index : files.get(place);
      if (file !== undefined) send(request, file);
      else if (link === 'up') sendNothing(request, 404);
      return file === undefined && link === 'unknown' ? 'not-mine' : 'served';
    },
  };
};

const filesBelow = async (directory: string): Promise<readonly string[]> => {
  try {
    const entries = await readdir(directory, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name).slice(directory.length + 1));
  } catch (error) {
    throw noPages(directory, error);
  }
};

const describe = (path: string, body: Buffer): PageFile => {
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  return {
    body,
    etag,
    headers: {
      'Content-Type': TYPES[extname(path)] ?? 'application/octet-stream',
      'Cache-Control': path.startsWith(HASHED_PREFIX)
        ? 'private, max-age=31536000, immutable'
        : 'no-cache',
      ETag: etag,
      'Content-Security-Policy': policyOf(inlineScriptsOf(path, body)),
      'X-Content-Type-Options': 'nosniff',
      'X-Frame-Options': 'DENY',
      'Referrer-Policy': 'no-referrer',
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Resource-Policy': 'same-origin',
    },
  };
};

const send = (exchange: LocalRequest, { body, headers, etag }: PageFile): void => {
  const { request, response } = exchange;
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    sendNothing(exchange, 405);
    return;
  }
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304, headers).end();
    return;
  }
  response.writeHead(200, { ...headers, 'Content-Length': body.length });
  response.end(request.method === 'HEAD' ? undefined : body);
};

const sendNothing = ({ response }: LocalRequest, status: 404 | 405): void => {
  response.writeHead(status, { 'Content-Length': 0, 'Cache-Control': 'no-store' }).end();
};

const noPages = (directory: string, cause?: unknown): PortholeError =>
  new PortholeError({
    code: 'internal',
    message: `porthole’s pages are not at ${directory}.`,
    hint: 'Install porthole again.',
    ...(cause === undefined ? {} : { cause }),
  });
