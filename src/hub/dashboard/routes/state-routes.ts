import type { Desk } from '../desk.ts';
import { parsePosition } from '../event-feed.ts';
import type { ApiHandlers } from '../handlers.ts';
import { openApiDocument } from '../openapi.ts';

type StateRoutes = Pick<
  ApiHandlers,
  | 'GET /api/openapi.json'
  | 'GET /api/state'
  | 'GET /api/events'
  | 'POST /api/prompts/{prompt}/answer'
  | 'PATCH /api/settings'
  | 'POST /api/hub/quit'
>;

/** State as a whole, as it changes, and what changes the hub itself. */
export const stateRoutes = (desk: Desk): StateRoutes => ({
  'GET /api/openapi.json': () => openApiDocument(desk.machine.version),
  'GET /api/state': () => desk.snapshot(),
  'GET /api/events': ({ query, lastEventId, signal }, open) => {
    const stream = open();
    const stop = desk.feed.follow(parsePosition(lastEventId ?? query.after), stream.send);
    signal.addEventListener('abort', stop, { once: true });
  },
  'POST /api/prompts/{prompt}/answer': ({ params, body }) => {
    desk.prompts.answer(params.prompt, body);
    return undefined;
  },
  'PATCH /api/settings': ({ body }) => desk.settings.change(body),
  'POST /api/hub/quit': () => {
    desk.quit();
    return undefined;
  },
});
