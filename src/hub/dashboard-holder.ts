import { PortholeError } from '../core/errors.ts';
import type { SessionContext } from '../session/open-session.ts';
import type { Machine } from './dashboard/machine.ts';
import type { Dashboard } from './dashboard/start-dashboard.ts';
import type { Hub } from './hub.ts';

/** What is asked of the dashboard. */
export interface DashboardWish {
  /** Exactly this port; null where any will do. */
  readonly port: number | null;
  /** Variables of the asking terminal that ssh looks at. */
  readonly sshEnvironment: Readonly<Record<string, string>>;
}

/** The hub's dashboard: served when somebody asks for it, and from then on as long as the hub runs. */
export interface DashboardHolder {
  /**
   * Serves it, unless it is served already.
   *
   * @throws PortholeError `port-taken`
   */
  serve(wish: DashboardWish): Promise<Dashboard>;
  /** Whether it is served, or about to be. */
  isWanted(): boolean;
  /** Where it is served; null where it is not. */
  port(): number | null;
  /** Calls back when it could not be served. */
  onFailure(listener: () => void): void;
  /** Tells every page why the hub ends. */
  announceEnd(reason: string): void;
  close(): Promise<void>;
}

export interface DashboardHolderInput {
  readonly hub: Hub;
  readonly context: SessionContext;
  readonly machine: Machine;
  readonly quit: () => void;
}

export const createDashboardHolder = (input: DashboardHolderInput): DashboardHolder => {
  let starting: Promise<Dashboard> | undefined;
  let current: Dashboard | undefined;
  const failureListeners = new Set<() => void>();

  const start = async ({ port, sshEnvironment }: DashboardWish): Promise<Dashboard> => {
    // Loaded when it is asked for: most hubs never show a page of their own.
    const { startDashboard } = await import('./dashboard/start-dashboard.ts');
    current = await startDashboard({ ...input, sshEnvironment, wishedPort: port });
    return current;
  };

  return {
    serve: async (wish) => {
      starting ??= start(wish).catch((error: unknown) => {
        // The next one may ask for another port.
        starting = undefined;
        for (const tell of failureListeners) tell();
        throw error;
      });
      const dashboard = await starting;
      if (wish.port !== null && wish.port !== dashboard.port) throw isElsewhere(dashboard);
      dashboard.setSshEnvironment(wish.sshEnvironment);
      return dashboard;
    },
    port: () => current?.port ?? null,
    isWanted: () => starting !== undefined,
    onFailure: (listener) => {
      failureListeners.add(listener);
    },
    announceEnd: (reason) => current?.announceEnd(reason),
    close: async () => {
      await starting?.catch(() => undefined);
      await current?.close();
    },
  };
};

const isElsewhere = ({ port }: Dashboard): PortholeError =>
  new PortholeError({
    code: 'port-taken',
    message: `The dashboard is open already, at http://localhost:${port}.`,
    hint: 'Leave --port away to use that, or end it first, with all that is open: porthole stop --all',
  });
