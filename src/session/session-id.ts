import { randomBytes } from 'node:crypto';

/** A new id for a session on the server: unique there, and short, since socket paths hold it. */
export const newSessionId = (): string => `s-${randomBytes(6).toString('hex')}`;

/** A secret of one session, for a viewer that wants one of whoever asks it. */
export const newViewerSecret = (): string => randomBytes(32).toString('hex');
