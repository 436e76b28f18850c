import { targetKey } from '../ssh/target.ts';
import type { Gateway } from './gateway/gateway.ts';
import type { PortWish } from './gateway/ports.ts';
import { gatewayStateOf } from './gateway-state.ts';
import type { LiveEnd } from './live-end.ts';
import type { OpenRequest } from './open-request.ts';
import type { SessionContext } from './open-session.ts';
import type { Plan } from './plan.ts';
import { portOwnerOf, siteDataFor } from './port-owner.ts';
import type { StateHolder } from './state-holder.ts';
import { portKeyOf } from './store.ts';

export interface SessionGatewayInput {
  readonly name: string;
  readonly plan: Plan;
  readonly request: OpenRequest;
  readonly context: SessionContext;
  readonly state: StateHolder;
  readonly end: LiveEnd;
}

/**
 * The gateway of a session: on the port asked for, or the one that this view had before, or the next
 * free one; it follows the session's state from now on.
 *
 * @throws PortholeError `port-taken`
 */
export const openSessionGateway = async (input: SessionGatewayInput): Promise<Gateway> => {
  const { name, plan, request, context, state, end } = input;
  const { clock, logger, store } = context;
  const key = targetKey(request.target);
  const remembered = (await store.host(key))?.localPorts[portKeyOf(plan)];
  const owners = await store.portOwners();
  // Loaded while ssh logs in: what comes before its start is waited for.
  const { createGateway } = await import('./gateway/create-gateway.ts');
  const { token } = plan.viewer;
  const pages = plan.viewer.comes === 'with-porthole' ? await pagesIn(context) : undefined;
  const gateway = await createGateway({
    sessionId: name,
    host: request.target.host,
    viewerTitle: plan.viewer.title,
    auth: request.auth,
    port: portWish(request.localPort, remembered),
    clock,
    logger,
    siteData: (port) => siteDataFor(owners[port], portOwnerOf(key, plan)),
    ...(pages === undefined ? {} : { serveLocal: pages.serve }),
    ...(plan.kind === 'adopt' ? { home: plan.running.home } : {}),
    ...(token === undefined || end.secret === ''
      ? {}
      : { viewerHeaders: { [token.header]: token.value(end.secret) } }),
  });
  let sinceMs = clock.wallMs();
  const tell = () =>
    gateway.setState(
      gatewayStateOf(state.current(), { socketPath: end.link?.socketPath, sinceMs }),
    );
  state.onChange((now) => {
    if (now.kind === 'reconnecting' && now.attempt === 0) sinceMs = clock.wallMs();
    tell();
  });
  tell();
  // Not waited for: the disk may be busy, and what is remembered later is written after this.
  void store.rememberPortOwner(gateway.port, portOwnerOf(key, plan));
  return gateway;
};

const pagesIn = async ({ viewerPages }: SessionContext) => {
  const { loadPageFiles } = await import('./gateway/page-files.ts');
  return await loadPageFiles(viewerPages);
};

const portWish = (asked: number | null, remembered: number | undefined): PortWish => {
  if (asked !== null) return { kind: 'exact', port: asked };
  return remembered === undefined ? { kind: 'any' } : { kind: 'preferred', port: remembered };
};
