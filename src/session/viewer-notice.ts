import { PortholeError } from '../core/errors.ts';
import type { OpenRequest } from './open-request.ts';
import type { LaunchPlan } from './plan.ts';
import type { Store } from './store.ts';

/** What has to be said of a viewer before its start, and whether a person has to agree. */
export type ViewerNotice =
  | { readonly kind: 'none' }
  /** It is said. */
  | { readonly kind: 'say'; readonly text: string }
  /** It is said, and asked, even under `--yes`. */
  | { readonly kind: 'ask'; readonly text: string };

/**
 * The notice of a viewer that can do more than read: said once for a host. One that runs code asks a
 * person the first time, whatever `--yes` says. Where nobody can be asked, only `--yes` together with
 * the viewer's own name will do.
 *
 * @throws PortholeError `consent-needed`
 */
export const viewerNotice = (
  { viewer }: LaunchPlan,
  {
    said,
    request,
    asks,
  }: {
    /** Viewers whose notice was said on this host. */
    readonly said: readonly string[];
    readonly request: OpenRequest;
    readonly asks: 'person' | 'nobody';
  },
): ViewerNotice => {
  const { id, title, notice, capability } = viewer;
  if (notice === undefined || said.includes(id)) return { kind: 'none' };
  if (capability !== 'executes-code') return { kind: 'say', text: notice };
  if (asks === 'person') return { kind: 'ask', text: notice };
  if (request.viewer === id && request.confirmation === 'assume-yes') {
    return { kind: 'say', text: notice };
  }
  throw new PortholeError({
    code: 'consent-needed',
    message: `${notice} Nobody has agreed to that for this host yet, and nobody can be asked.`,
    hint: `Open it once in a terminal, or ask for ${title} by name: --viewer ${id} --yes.`,
  });
};

/** Remembers that the notice of a viewer was said, and agreed to where that was asked. */
export const rememberNotice = async (
  { viewer: { id, notice } }: LaunchPlan,
  { key, store }: { readonly key: string; readonly store: Store },
): Promise<void> => {
  if (notice === undefined) return;
  const said = (await store.host(key))?.writeNoticesSaid ?? [];
  if (!said.includes(id)) await store.rememberHost(key, { writeNoticesSaid: [...said, id] });
};
