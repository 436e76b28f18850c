import { join } from 'node:path';
import { systemClock } from '../core/clock.ts';
import { createLogger, type Logger } from '../core/logger.ts';
import { type Paths, resolvePaths } from '../core/paths.ts';
import type { HubClient } from '../hub/client.ts';
import { becomeHubOrClient, findHubOrClearUp, type HubRole } from '../hub/serve-hub.ts';
import { openConnection } from '../remote/connection.ts';
import { createConnectionPool } from '../session/connections.ts';
import type { SessionContext } from '../session/open-session.ts';
import { createStore } from '../session/store.ts';
import { type Broker, startBroker } from '../ssh/askpass/broker.ts';
import { findSsh } from '../ssh/find-ssh.ts';
import { createRunner, type Runner } from '../ssh/runner.ts';
import type { CliEnvironment } from './environment.ts';
import { logTo } from './terminal.ts';

/** The parts that a command is built of, made in one place. */
export interface Composition {
  readonly paths: Paths;
  readonly logger: Logger;
  readonly runner: Runner;
  /** Becomes the hub of this user, or finds the one that runs. */
  hubOrClient(): Promise<HubRole>;
  /** The running hub, if there is one; else what a killed one left here is removed. */
  runningHub(): Promise<HubClient | undefined>;
}

/** `debug` is what `-v` asks for. */
export const compose = (cli: CliEnvironment, verbosity: 'debug' | 'info'): Composition => {
  const { env, uid, pid, version } = cli;
  const clock = systemClock;
  const logger = createLogger(verbosity, logTo(cli.terminal));
  const paths = resolvePaths({ env, uid });
  const runner = createRunner({ logger, clock, baseEnv: env });

  const createContext = async (): Promise<SessionContext> => {
    const ssh = await findSsh({ configured: env.PORTHOLE_SSH, searchPath: env.PATH });
    let broker: Promise<Broker> | undefined;
    let connections = 0;
    const pool = createConnectionPool((options) =>
      openConnection(options, {
        runner,
        clock,
        ssh,
        home: cli.home,
        runtimeDirectory: paths.runtime,
        newName: () => `c-${pid}-${++connections}`,
        broker: () => {
          broker ??= startBroker({
            socketPath: join(paths.runtime, 'askpass.sock'),
            program: cli.program,
            display: env.DISPLAY,
            clock,
            logger,
          });
          return broker;
        },
      }),
    );
    return {
      clock,
      logger,
      runtimeDirectory: paths.runtime,
      store: createStore({ directory: paths.state, clock, logger }),
      connections: {
        ...pool,
        closeAll: async () => {
          await pool.closeAll();
          await (await broker)?.close();
          await runner.stopAll();
        },
      },
    };
  };

  return {
    paths,
    logger,
    runner,
    hubOrClient: () =>
      becomeHubOrClient(
        { runtimeDirectory: paths.runtime, uid, pid, version, clock },
        createContext,
      ),
    runningHub: () => findHubOrClearUp({ runtimeDirectory: paths.runtime, uid, pid, version }),
  };
};
