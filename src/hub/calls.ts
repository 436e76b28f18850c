import type { LogLevel } from '../core/logger.ts';
import type { CallContext } from './control-server.ts';
import type { DashboardHolder } from './dashboard-holder.ts';
import type { Hub } from './hub.ts';
import type { LogRelay } from './log-relay.ts';
import type { Call, DashboardView } from './messages.ts';
import { interactionOver, logEvent } from './remote-interaction.ts';

/** What a call works on. */
export interface Served {
  readonly hub: Hub;
  readonly log: LogRelay;
  readonly dashboard: DashboardHolder;
  readonly askShutdown: () => void;
}

/** Carries out a client's call at the hub; what it resolves with is the result. */
export const carryOut = async (
  served: Served,
  call: Call,
  context: CallContext,
): Promise<unknown> => {
  const { hub, dashboard, askShutdown } = served;
  switch (call.call) {
    case 'open': {
      const interaction = interactionOver(context, call.asks);
      const session = await telling(served, call.log, context, () =>
        hub.open(call.params, interaction, context.signal),
      );
      return hub.list().find(({ session: name }) => name === session.record.name);
    }
    case 'envs': {
      const interaction = interactionOver(context, call.asks);
      return telling(served, call.log, context, () =>
        hub.probe(call.params, interaction, context.signal),
      );
    }
    case 'reap': {
      const interaction = interactionOver(context, call.asks);
      return telling(served, call.log, context, () =>
        hub.reap(call.params, interaction, context.signal),
      );
    }
    case 'ls':
      return hub.list();
    case 'stop': {
      const stopped = await hub.stop(call.params, 'stopped by porthole stop');
      // Also the one in the background that holds nothing yet.
      if ('all' in call.params) askShutdown();
      return stopped;
    }
    case 'logs':
      return followLog(hub, call.params, context);
    case 'url':
      return hub.find(call.params.name).record.url;
    case 'ticket':
      return hub.find(call.params.name).ticketUrl();
    case 'retry':
      return hub.retry(call.params.name, interactionOver(context, 'nobody'), context.signal);
    case 'dashboard': {
      const { port, url, ticketUrl } = await dashboard.serve(call.params);
      return { port, url, ticketUrl: ticketUrl() } satisfies DashboardView;
    }
    case 'shutdown':
      askShutdown();
      return null;
    default:
      return call satisfies never;
  }
};

/** Lets the client hear what the hub logs while it works for it. */
const telling = async <T>(
  { log }: Served,
  level: LogLevel,
  { event }: CallContext,
  work: () => Promise<T>,
): Promise<T> => {
  const stop = log.listen(level, (lineLevel, text) => event(logEvent(lineLevel, text)));
  try {
    return await work();
  } finally {
    stop();
  }
};

const followLog = async (
  hub: Hub,
  { name, lines, follow }: Extract<Call, { call: 'logs' }>['params'],
  { event, signal }: CallContext,
): Promise<null> => {
  const session = hub.find(name);
  if (follow === 'once') {
    event({ text: await session.log(lines) });
    return null;
  }
  // Text that comes in between belongs behind the tail: it is held back until that is out.
  let held: string[] | undefined = [];
  const onText = (text: string) => {
    if (held === undefined) event({ text });
    else held.push(text);
  };
  event({ text: await session.log(lines, { onText, signal }) });
  for (const text of held) event({ text });
  held = undefined;
  await Promise.race([
    session.ended,
    new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true })),
  ]);
  return null;
};
