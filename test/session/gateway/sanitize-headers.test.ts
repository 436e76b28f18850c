import { describe, expect, it } from 'vitest';
import {
  sanitizeRequestHeaders,
  sanitizeResponseHeaders,
} from '../../../src/session/gateway/sanitize-headers.ts';
import { createToken } from '../../../src/session/gateway/secrets.ts';

const toViewer = (...raw: string[]) => sanitizeRequestHeaders(raw, 'localhost:8081').slice(2);
const toBrowser = (...raw: string[]) => sanitizeResponseHeaders(raw).slice(0, -2);

describe('a request to the viewer', () => {
  it('has one Host, ours', () => {
    const headers = sanitizeRequestHeaders(['host', 'LOCALHOST:8081'], 'localhost:8081');
    expect(headers).toEqual(['Host', 'localhost:8081']);
  });

  it("carries the viewer's cookies and none of porthole's, of whatever session", () => {
    const cookie = 'a=1; porthole-lab=x; porthole-hub=y; PORTHOLE-Z=q; theme=dark=er';
    expect(toViewer('Cookie', cookie)).toEqual(['Cookie', 'a=1; theme=dark=er']);
  });

  it('carries no Cookie line when all cookies were ours', () => {
    expect(toViewer('Cookie', 'porthole-lab=x')).toEqual([]);
  });

  it('carries no porthole token in a cookie of another name', () => {
    expect(toViewer('Cookie', `a=${createToken()}; b=2`)).toEqual(['Cookie', 'b=2']);
  });

  it('carries no bearer of porthole, also of another session', () => {
    expect(toViewer('Authorization', `Bearer ${createToken()}`)).toEqual([]);
    expect(toViewer('authorization', `bearer  ${createToken()}`)).toEqual([]);
  });

  it("carries the viewer's own Authorization", () => {
    expect(toViewer('Authorization', 'Basic eDp5')).toEqual(['Authorization', 'Basic eDp5']);
    expect(toViewer('Authorization', 'Bearer other')).toEqual(['Authorization', 'Bearer other']);
  });

  it('carries the secret that the viewer asks for, in the place of whatever a client sends', () => {
    const raw = ['authorization', 'Basic eDp5', 'AUTHORIZATION', 'token guess', 'Accept', '*/*'];
    const own = { Authorization: 'token secret' };
    expect(sanitizeRequestHeaders(raw, 'localhost:8081', own)).toEqual([
      ...['Host', 'localhost:8081', 'Authorization', 'token secret', 'Accept', '*/*'],
    ]);
  });

  it('carries nothing that is of this connection only', () => {
    const hops = ['Connection', 'keep-alive, X-Hop', 'Keep-Alive', 'timeout=5', 'X-Hop', '1'];
    const more = ['TE', 'trailers', 'Transfer-Encoding', 'chunked', 'Upgrade', 'h2c'];
    expect(toViewer(...hops, ...more, 'Accept', '*/*')).toEqual(['Accept', '*/*']);
  });

  it('keeps its length, also when Connection names it', () => {
    expect(toViewer('Connection', 'content-length', 'Content-Length', '5')).toEqual([
      'Content-Length',
      '5',
    ]);
  });

  it('has our own Origin where the browser wrote "null" for it', () => {
    expect(toViewer('Origin', 'null')).toEqual(['Origin', 'http://localhost:8081']);
  });

  it('keeps order, case and doubles of all else', () => {
    const raw = ['X-B', '1', 'x-a', '2', 'X-B', '3', 'X-Empty', ''];
    expect(toViewer(...raw)).toEqual(raw);
  });
});

describe('an answer to the browser', () => {
  it.each([
    'porthole-hub=evil; Path=/',
    ' Porthole-lab = evil',
    '=porthole-lab=evil',
    '==porthole-lab=evil',
    'a=1; Domain=localhost',
    'a=1; path=/; DOMAIN = .localhost',
  ])('sets no cookie by "%s"', (cookie) => {
    expect(toBrowser('Set-Cookie', cookie)).toEqual([]);
  });

  it("keeps the viewer's own cookies, each in its line", () => {
    const raw = [
      'Set-Cookie',
      'a=1; Path=/',
      'Set-Cookie',
      'domain=2',
      'set-cookie',
      'xporthole-=3',
    ];
    expect(toBrowser(...raw)).toEqual(raw);
  });

  it('has our referrer policy and not the one of the viewer', () => {
    expect(sanitizeResponseHeaders(['Referrer-Policy', 'unsafe-url'])).toEqual([
      'Referrer-Policy',
      'no-referrer',
    ]);
  });

  it('neither clears the cookies of all ports nor leads to another', () => {
    expect(toBrowser('Clear-Site-Data', '"cookies"', 'Alt-Svc', 'http/1.1=":9999"')).toEqual([]);
  });

  it('cannot pass for one of the gateway', () => {
    expect(toBrowser('X-Porthole', 'own')).toEqual([]);
  });

  it('says nothing of the connection to the viewer', () => {
    const raw = ['Connection', 'close', 'Transfer-Encoding', 'chunked', 'Keep-Alive', 'timeout=5'];
    expect(toBrowser(...raw, 'Content-Type', 'text/plain')).toEqual(['Content-Type', 'text/plain']);
  });
});
