import type { Saved, SavedWish, Session, Target } from '../../../hub/api/contract.ts';

/** What to save of a session, reached by a target. */
export const wishOfSession = (session: Session, target: Target): SavedWish => ({
  name: session.session,
  target,
  viewer: session.viewer?.id ?? null,
  environment: session.environment?.prefix ?? null,
  storage: session.storage,
  access: session.access,
});

/** How a session was reached, as far as the page knows: one from a terminal may have options of its own. */
export const targetOfSession = ({ host, place }: Session): Target =>
  place === 'here'
    ? { kind: 'here' }
    : { kind: 'ssh', host, port: null, user: null, auth: { kind: 'config' } };

/** A wish that changes nothing of a saved connection. */
export const wishOfSaved = ({
  name,
  target,
  viewer,
  environment,
  storage,
  access,
}: Saved): SavedWish => ({ name, target, viewer, environment, storage, access });

/** Where a saved connection leads, and to what, in a line. */
export const describeSaved = ({ target, environment, storage, viewer }: Saved): string => {
  const host =
    target.kind === 'here'
      ? 'this machine'
      : target.user === null
        ? target.host
        : `${target.user}@${target.host}`;
  const port = target.kind === 'ssh' && target.port !== null ? `:${target.port}` : '';
  return [`${host}${port}`, environment?.split('/').filter(Boolean).at(-1) ?? viewer, storage]
    .filter((word) => word !== null && word !== undefined && word !== '')
    .join(' · ');
};
