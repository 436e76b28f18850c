import { type Desk, requestFor } from '../desk.ts';
import type { ApiHandlers } from '../handlers.ts';
import { checkKey } from '../local/key-dto.ts';
import { toSshTarget } from '../ssh-target.ts';

type SavedRoutes = Pick<
  ApiHandlers,
  | 'POST /api/saved'
  | 'PUT /api/saved/{saved}'
  | 'DELETE /api/saved/{saved}'
  | 'POST /api/saved/{saved}/open'
>;

/** The connections that the user keeps. */
export const savedRoutes = (desk: Desk): SavedRoutes => {
  const { saved, openings, machine } = desk;
  return {
    'POST /api/saved': ({ body }) => {
      toSshTarget(body.target, machine.home);
      return saved.add(body);
    },
    'PUT /api/saved/{saved}': ({ params, body }) => {
      toSshTarget(body.target, machine.home);
      return saved.replace(params.saved, body);
    },
    'DELETE /api/saved/{saved}': async ({ params }) => {
      await saved.remove(params.saved);
      return undefined;
    },
    'POST /api/saved/{saved}/open': async ({ params }) => {
      const { target, viewer, environment, storage, access } = saved.find(params.saved);
      await checkKey(target, machine.home);
      const request = requestFor(desk, target, {
        ...{ viewer, environment, storage, access, localPort: null },
        ...{ choice: 'remembered', confirmation: 'assume-yes' },
      });
      const opening = openings.begin({ request, target, saved: params.saved });
      await saved.noteOpened(params.saved);
      return { opening };
    },
  };
};
