import type { Desk } from '../desk.ts';
import type { ApiHandlers } from '../handlers.ts';
import { retryInteraction } from '../retry-interaction.ts';
import { followLog } from '../stream-log.ts';

type SessionRoutes = Pick<
  ApiHandlers,
  | 'POST /api/sessions/{session}/ticket'
  | 'POST /api/sessions/{session}/url'
  | 'POST /api/sessions/{session}/retry'
  | 'POST /api/sessions/{session}/stop'
  | 'POST /api/sessions/stop-all'
  | 'DELETE /api/sessions/{session}'
  | 'GET /api/sessions/{session}/log'
>;

const STOPPED_HERE = 'stopped in the dashboard';

/** What is open. */
export const sessionRoutes = ({
  hub,
  sessions,
  openings,
  prompts,
  context,
}: Desk): SessionRoutes => ({
  'POST /api/sessions/{session}/ticket': ({ params }) => ({
    url: hub.find(params.session).ticketUrl(),
  }),
  'POST /api/sessions/{session}/url': ({ params }) => ({
    url: hub.find(params.session).record.url,
  }),
  'POST /api/sessions/{session}/retry': ({ params }) => {
    const { name } = hub.entry(params.session);
    const interaction = retryInteraction(prompts, name);
    // What becomes of it is told by the session's state.
    hub.retry(name, interaction, new AbortController().signal).catch((error: unknown) => {
      context.logger.debug(`${name}: ${String(error)}`);
    });
    return undefined;
  },
  'POST /api/sessions/{session}/stop': async ({ params }) => ({
    stopped: await hub.stop({ name: hub.entry(params.session).name }, STOPPED_HERE),
  }),
  'POST /api/sessions/stop-all': async () => {
    openings.cancelAll();
    return { stopped: await hub.stop({ all: true }, STOPPED_HERE) };
  },
  'DELETE /api/sessions/{session}': ({ params }) => {
    sessions.dismiss(params.session);
    return undefined;
  },
  'GET /api/sessions/{session}/log': async ({ params, query, signal }, open) => {
    const session = hub.find(params.session);
    await followLog({
      open,
      signal,
      over: session.ended,
      read: (follow) => session.log(query.lines, follow),
    });
  },
});
