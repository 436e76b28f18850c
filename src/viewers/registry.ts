import { PortholeError } from '../core/errors.ts';
import { nearest } from '../core/text.ts';
import type { PackagedViewer, ViewerAdapter } from './adapter.ts';
import { builtin } from './builtin/builtin.ts';
import { runicorn } from './runicorn/runicorn.ts';
import { tensorboard } from './tensorboard/tensorboard.ts';

/** The viewers that are looked for in environments, best first. */
export const PACKAGED_VIEWERS: readonly PackagedViewer[] = [runicorn, tensorboard];

/** Every viewer that porthole can launch, best first. */
export const VIEWERS: readonly ViewerAdapter[] = [...PACKAGED_VIEWERS, builtin];

/**
 * The viewer of this name.
 *
 * @throws PortholeError `viewer-unknown`
 */
export const viewerOf = (id: string): ViewerAdapter => {
  const found = VIEWERS.find((viewer) => viewer.id === id);
  if (found !== undefined) return found;
  const ids = VIEWERS.map((viewer) => viewer.id);
  const near = nearest(id, ids);
  throw new PortholeError({
    code: 'viewer-unknown',
    message: `There is no viewer "${id}".`,
    hint: near === undefined ? `porthole knows: ${ids.join(', ')}.` : `Did you mean "${near}"?`,
  });
};
