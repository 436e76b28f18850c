import { createHash } from 'node:crypto';

/** Names an inline script or style in a Content-Security-Policy, which then allows just this one. */
export const sourceHash = (text: string): string =>
  `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
