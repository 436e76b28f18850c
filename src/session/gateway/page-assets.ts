/** Style of the gateway's own pages; one for all of them, so that one hash allows it. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --ground: #f4f6f8; --ink: #16202b; --soft: #5a6876; --line: #d8dfe6;
  --plate: #fff; --sea: #1c7fb8; --deep: #d5ebf7; }
@media (prefers-color-scheme: dark) { :root { --ground: #0d1319; --ink: #e6edf3; --soft: #93a1ae;
  --line: #26323d; --plate: #141c24; --sea: #4cb3e6; --deep: #14303f; } }
[data-tone=attention] { --sea: #b26a00; --deep: #f8e7cd; }
[data-tone=ended] { --sea: #7b8894; --deep: #e3e8ec; }
@media (prefers-color-scheme: dark) {
  [data-tone=attention] { --sea: #f0b251; --deep: #3a2b14; }
  [data-tone=ended] { --sea: #75828e; --deep: #1f2932; } }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
html { height: 100%; background: var(--ground); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; }
body { min-height: 100%; margin: 0; padding: 32px 24px; display: grid; place-content: safe center; justify-items: center; }
main { width: 100%; max-width: 34rem; text-align: center; }
svg { display: block; width: 88px; height: 88px; margin: 0 auto 28px; }
.ring { fill: var(--deep); stroke: var(--sea); stroke-width: 5; }
.rivet { fill: var(--ground); }
.wave { fill: var(--sea); opacity: .5; }
.wave + .wave { opacity: .7; }
[data-tone=busy] .wave { animation: drift 3.2s linear infinite; }
[data-tone=busy] .wave + .wave { animation-duration: 2.2s; }
@keyframes drift { to { transform: translateX(-32px); } }
@media (prefers-reduced-motion: reduce) { .wave { animation: none !important; } }
h1 { margin: 0 0 8px; font-size: 1.5rem; line-height: 1.25; font-weight: 650; letter-spacing: -.01em;
  overflow-wrap: anywhere; text-wrap: balance; }
p { margin: 0; color: var(--soft); overflow-wrap: anywhere; text-wrap: balance; }
.reason { margin-top: 20px; padding: 12px 16px; border: 1px solid var(--line); border-radius: 10px;
  background: var(--plate); color: var(--ink); font: .8125rem/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace;
  text-align: left; text-wrap: wrap; }
.command { display: inline-block; margin-top: 20px; padding: 7px 14px; border-radius: 8px;
  background: var(--plate); border: 1px solid var(--line); color: var(--ink);
  font: .875rem/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; user-select: all; }
.age { margin-top: 16px; font-size: .8125rem; font-variant-numeric: tabular-nums; }
a { color: var(--sea); }
`;

/**
 * Follows the session's state: texts change in place, and the page is loaded anew only when the
 * session became ready after this page was made, so that nothing flickers.
 */
export const STATE_SCRIPT = `
'use strict';
const root = document.documentElement;
const put = (name, text) => {
  const element = document.querySelector('.' + name);
  element.textContent = text;
  element.hidden = text === '';
};
let sinceMs = Number(root.dataset.since) || null;
const age = () => {
  const s = sinceMs === null ? -1 : Math.max(0, Math.round((Date.now() - sinceMs) / 1000));
  put('age', s < 0 ? '' : 'Lost ' + (s < 60 ? s + ' s' : s < 3600 ? Math.floor(s / 60) + ' min ' + s % 60 + ' s'
    : Math.floor(s / 3600) + ' h ' + Math.floor(s % 3600 / 60) + ' min') + ' ago');
};
const show = (page) => {
  root.dataset.tone = page.tone;
  document.title = page.title;
  for (const name of ['title', 'detail', 'reason', 'command']) put(name, page[name]);
  sinceMs = page.sinceMs;
  age();
};
let gone = false;
const source = new EventSource('/.porthole/state');
source.onmessage = (event) => {
  const state = JSON.parse(event.data);
  if (state.page) show(state.page);
  else if (gone || String(state.version) !== root.dataset.version) location.reload();
  gone = false;
};
addEventListener('pagehide', () => source.close());
source.onerror = () => {
  gone = true;
  show({ tone: 'ended', title: 'porthole is no longer running here',
  detail: 'This session has ended with it.', reason: '', command: root.dataset.command, sinceMs: null });
};
if (root.dataset.retry) setInterval(async () => {
  const answer = await fetch(location.href, { method: 'HEAD' }).catch(() => undefined);
  if (answer && !answer.headers.has('x-porthole')) location.reload();
}, Number(root.dataset.retry));
setInterval(age, 1000);
age();
`;

/** Goes on to the page asked for, without leaving the address with the token in the history. */
export const LOGIN_SCRIPT = `
'use strict';
location.replace(document.querySelector('a').getAttribute('href') + location.hash);
`;
