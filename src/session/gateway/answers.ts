import type { IncomingMessage, ServerResponse } from 'node:http';
import { OWN_ANSWER_HEADER } from './check.ts';
import type { SiteData } from './gateway.ts';
import { type Verdict, wantsHtml } from './guard.ts';
import { type HtmlPage, renderPage } from './page-html.ts';
import { loginPage, type PageModel, refusalPage } from './page-model.ts';
import type { Exchange } from './proxy.ts';

/** Headers of every answer that is our own: kept by no cache, told to no one. */
const OWN_HEADERS = {
  [OWN_ANSWER_HEADER]: 'own',
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
} as const;

type Headers = Readonly<Record<string, string>>;

/** Whether the answer is to be a page: a person asks for a document. */
export const wantsPage = ({ method, rawHeaders }: IncomingMessage): boolean =>
  (method === 'GET' || method === 'HEAD') && wantsHtml(rawHeaders);

/** Sends a page to a browser, the same as JSON to anything else. */
export const sendOwnAnswer = (
  { request, response }: Exchange,
  answer: {
    status: number;
    code: string;
    page: PageModel;
    html: () => HtmlPage;
    headers?: Headers;
  },
): void => {
  const { status, code, page, html, headers } = answer;
  if (wantsPage(request)) {
    sendHtml(response, status, html(), headers);
    return;
  }
  const { title, detail, reason, command } = page;
  sendJson(response, status, { error: { code, message: title, detail, reason, command } }, headers);
};

/** Answers a request that the guard does not let pass; the hub's answers are the same. */
export const sendVerdict = (
  exchange: Exchange,
  verdict: Exclude<Verdict, { kind: 'pass' }>,
  options: {
    readonly siteData?: SiteData;
    /** Lists the links that let in; `porthole ls` unless told. */
    readonly linkCommand?: string;
  } = {},
): void => {
  const { response } = exchange;
  if (verdict.kind === 'refuse') {
    const page = refusalPage(verdict.reason, options.linkCommand);
    sendOwnAnswer(exchange, {
      status: verdict.status,
      code: verdict.reason,
      page,
      html: () => renderPage(page, { kind: 'still' }),
      headers: verdict.status === 401 ? { 'WWW-Authenticate': 'Bearer' } : {},
    });
    return;
  }
  const headers = {
    'Set-Cookie': verdict.setCookie,
    ...CLEAR_SITE_DATA[options.siteData ?? 'keep'],
  };
  if (verdict.by === 'page') {
    const page = renderPage(loginPage(), { kind: 'go', path: verdict.location });
    sendHtml(response, 200, page, headers);
    return;
  }
  response.writeHead(302, { ...OWN_HEADERS, ...headers, Location: verdict.location });
  response.end();
};

/** Clear-Site-Data, W3C working draft of 2017, 3.1; its "cache" is not asked for (`caching.ts`). */
const CLEAR_SITE_DATA: Readonly<Record<SiteData, Headers>> = {
  keep: {},
  clear: { 'Clear-Site-Data': '"storage"' },
};

/** Sends a value as JSON, as our own answer. */
export const sendJson = (
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Headers = {},
): void => {
  response.writeHead(status, { ...OWN_HEADERS, 'Content-Type': 'application/json', ...headers });
  response.end(`${JSON.stringify(value)}\n`);
};

const sendHtml = (
  response: ServerResponse,
  status: number,
  { html, contentSecurityPolicy }: HtmlPage,
  headers: Headers = {},
): void => {
  response.writeHead(status, {
    ...OWN_HEADERS,
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': contentSecurityPolicy,
    ...headers,
  });
  response.end(html);
};
