import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Gateway } from '../../../src/session/gateway/gateway.ts';
import { loadPageFiles } from '../../../src/session/gateway/page-files.ts';
import { type FakeViewer, startFakeViewer } from './fake-viewer.ts';
import { ask, openGateway } from './raw-http.ts';

const SCRIPT = "fetch('api/runs')";
const PAGE = `<!doctype html><script>${SCRIPT}</script><script defer src="./assets/app-1a2b.js"></script>`;

let directory = '';
let viewer: FakeViewer;
let gateway: Gateway;
let asked: string[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'porthole-pages-'));
  await mkdir(join(directory, 'assets'));
  await writeFile(join(directory, 'index.html'), PAGE);
  await writeFile(join(directory, 'assets/app-1a2b.js'), 'export {};');
  asked = [];
  viewer = await startFakeViewer((request, response) => {
    asked.push(request.url ?? '');
    response.end('from afar');
  });
  gateway = await openGateway({
    state: { kind: 'ready', socketPath: viewer.socketPath },
    serveLocal: (await loadPageFiles(directory)).serve,
    holdMs: 0,
  });
});
afterEach(async () => {
  await gateway?.close();
  await viewer.close();
  await rm(directory, { recursive: true, force: true });
});

describe('the web files of the bundled viewer', () => {
  test('come from this machine, and only the API goes over the link', async () => {
    expect((await ask(gateway, '/')).body).toBe(PAGE);
    expect((await ask(gateway, '/assets/app-1a2b.js')).body).toBe('export {};');
    expect((await ask(gateway, '/assets/gone-3c4d.js')).status).toBe(404);
    expect((await ask(gateway, '/../index.html')).status).toBe(404);
    expect(asked).toEqual([]);
    expect((await ask(gateway, '/api/runs?limit=1')).body).toBe('from afar');
    expect(asked).toEqual(['/api/runs?limit=1']);
  });

  test('need the token as everything does', async () => {
    const headers = { authorization: '' };
    expect((await ask(gateway, '/', { headers })).status).toBe(401);
    expect((await ask(gateway, '/assets/app-1a2b.js', { headers })).status).toBe(401);
  });

  test('are kept for ever where their name carries their content, the page is asked for anew', async () => {
    const asset = await ask(gateway, '/assets/app-1a2b.js');
    expect(asset.message.headers['cache-control']).toBe('private, max-age=31536000, immutable');
    expect(asset.message.headers['content-type']).toBe('text/javascript; charset=utf-8');
    const page = await ask(gateway, '/');
    expect(page.message.headers['cache-control']).toBe('no-cache');
    const headers = { 'if-none-match': page.message.headers.etag };
    expect(await ask(gateway, '/', { headers })).toMatchObject({ status: 304, body: '' });
    expect(await ask(gateway, '/', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
    expect((await ask(gateway, '/', { method: 'POST' })).status).toBe(405);
  });

  test('run under a policy that allows the page’s own script, no other inline, and nothing from elsewhere', async () => {
    const { headers } = (await ask(gateway, '/')).message;
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|https?:/);
    const hash = createHash('sha256').update(SCRIPT).digest('base64');
    expect(policy.split('; ')).toContain(`script-src 'self' 'sha256-${hash}'`);
    const asset = (await ask(gateway, '/assets/app-1a2b.js')).message;
    expect(asset.headers['content-security-policy']).toContain("script-src 'self';");
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  test('stay there while the link is down, but for the page, which tells why', async () => {
    gateway.setState({ kind: 'stopped', reason: 'The session was stopped.' });
    expect((await ask(gateway, '/assets/app-1a2b.js')).status).toBe(200);
    const page = await ask(gateway, '/', { headers: { accept: 'text/html' } });
    expect(page.status).toBe(503);
    expect(page.body).toContain('The session was stopped.');
  });

  test('are missed at once where the build left them out', async () => {
    await expect(loadPageFiles(join(directory, 'none'))).rejects.toMatchObject({
      message: expect.stringContaining('pages are not at'),
    });
  });
});
