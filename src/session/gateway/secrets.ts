import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Every cookie of porthole begins with this; a gateway hands none of them to its viewer. */
export const COOKIE_PREFIX = 'porthole-';

const TOKEN_PREFIX = 'porthole_';
const TOKEN_PATTERN = /^porthole_[A-Za-z0-9_-]{43}$/;

/** A new token of 256 random bits. Its form is recognisable, so that no gateway hands on another's. */
export const createToken = (): string => TOKEN_PREFIX + randomBytes(32).toString('base64url');

/** Whether a text has the form of a porthole token, also one of another session or of an earlier start. */
export const isTokenShaped = (text: string): boolean => TOKEN_PATTERN.test(text);

/** Compares in a time that tells nothing of the secret: both sides are hashed to one length first. */
export const equalsSecret = (given: string, secret: string): boolean =>
  timingSafeEqual(sha256(given), sha256(secret));

/**
 * Name of the cookie of one session or of the hub. Cookies ignore ports: without the id in their
 * names the sessions of one browser would overwrite each other's.
 */
export const cookieNameOf = (id: string): string =>
  COOKIE_PREFIX + id.replace(/[^A-Za-z0-9_-]/g, (c) => `.${c.charCodeAt(0).toString(16)}.`);

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();
