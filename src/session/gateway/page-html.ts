import { LOGIN_SCRIPT, PAGE_STYLE, STATE_SCRIPT } from './page-assets.ts';
import type { PageModel } from './page-model.ts';
import { sourceHash } from './source-hash.ts';

/** What a page does by itself. */
export type PageBehaviour =
  | { readonly kind: 'still' }
  /** Goes on to a path of this server. */
  | { readonly kind: 'go'; readonly path: string }
  /** Follows the session's state; `retryMs` also asks again for the address itself. */
  | {
      readonly kind: 'follow';
      readonly version: number;
      readonly openCommand: string;
      readonly retryMs?: number;
    };

/** A page with the policy that lets its own style and script run, and nothing else. */
export interface HtmlPage {
  readonly html: string;
  readonly contentSecurityPolicy: string;
}

/** Renders one of our own pages: no file, font or picture from anywhere. */
export const renderPage = (model: PageModel, behaviour: PageBehaviour): HtmlPage => {
  const script = scriptOf(behaviour);
  const html = `<!doctype html>
<html lang="en" data-tone="${model.tone}"${rootData(model, behaviour)}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(model.title)}</title>
<link rel="icon" href="data:,">
<style>${PAGE_STYLE}</style>
</head>
<body>
<main>
${PORTHOLE}
<h1 class="title">${escapeHtml(model.title)}</h1>
${element('p', 'detail', model.detail)}
${element('p', 'reason', model.reason)}
${element('code', 'command', model.command)}
${element('p', 'age', '')}
${behaviour.kind === 'go' ? `<p><a href="${escapeHtml(behaviour.path)}">Go on</a></p>` : ''}
</main>
${script === undefined ? '' : `<script>${script}</script>`}
</body>
</html>
`;
  return { html, contentSecurityPolicy: policyFor(script) };
};

/** Text for an element or a quoted attribute. */
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

const scriptOf = ({ kind }: PageBehaviour): string | undefined => {
  switch (kind) {
    case 'still':
      return undefined;
    case 'go':
      return LOGIN_SCRIPT;
    case 'follow':
      return STATE_SCRIPT;
  }
};

const rootData = ({ sinceMs }: PageModel, behaviour: PageBehaviour): string => {
  if (behaviour.kind !== 'follow') return '';
  const { version, openCommand, retryMs } = behaviour;
  const data = { version, since: sinceMs ?? '', command: openCommand, retry: retryMs ?? '' };
  return Object.entries(data)
    .map(([name, value]) => ` data-${name}="${escapeHtml(String(value))}"`)
    .join('');
};

const element = (tag: 'p' | 'code', name: string, text: string): string =>
  `<${tag} class="${name}"${text === '' ? ' hidden' : ''}>${escapeHtml(text)}</${tag}>`;

const policyFor = (script: string | undefined): string =>
  [
    "default-src 'none'",
    `style-src ${sourceHash(PAGE_STYLE)}`,
    'img-src data:',
    ...(script === undefined ? [] : [`script-src ${sourceHash(script)}`, "connect-src 'self'"]),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

/** A porthole with the sea in it. */
const PORTHOLE = `<svg viewBox="0 0 96 96" aria-hidden="true">
<defs><clipPath id="glass"><circle cx="48" cy="48" r="30"/></clipPath></defs>
<circle cx="48" cy="48" r="44" fill="var(--sea)"/>
<g class="rivets">${[0, 45, 90, 135, 180, 225, 270, 315]
  .map(
    (angle) => `<circle class="rivet" cx="48" cy="11" r="2.4" transform="rotate(${angle} 48 48)"/>`,
  )
  .join('')}</g>
<circle class="ring" cx="48" cy="48" r="30"/>
<g clip-path="url(#glass)">
<path class="wave" d="M0 46q8-7 16 0t16 0 16 0 16 0 16 0 16 0 16 0 16 0V96H0z"/>
<path class="wave" d="M0 56q8 7 16 0t16 0 16 0 16 0 16 0 16 0 16 0 16 0V96H0z"/>
</g>
</svg>`;
