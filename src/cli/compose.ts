import { dirname, join } from 'node:path';
import { type Clock, systemClock } from '../core/clock.ts';
import { openLogFile } from '../core/log-file.ts';
import { combineLoggers, createLogger, type Logger } from '../core/logger.ts';
import { type Paths, resolvePaths } from '../core/paths.ts';
import { findOrStartHub } from '../hub/background-hub.ts';
import type { HubClient } from '../hub/client.ts';
import { createLogRelay } from '../hub/log-relay.ts';
import type { HubPlacement } from '../hub/messages.ts';
import {
  becomeHubOrClient,
  findHubOrClearUp,
  type HubParts,
  type HubRole,
} from '../hub/serve-hub.ts';
import type { EndMaster } from '../hub/sweep-runtime.ts';
import { type ConnectionContext, openConnection } from '../remote/connection.ts';
import { createConnectionPool } from '../session/connections.ts';
import type { SessionContext } from '../session/open-session.ts';
import { loadSettings } from '../session/settings.ts';
import type { Settings } from '../session/settings-schema.ts';
import { createStore } from '../session/store.ts';
import { type Broker, startBroker } from '../ssh/askpass/broker.ts';
import { endMasterAt } from '../ssh/control-socket.ts';
import { findSsh } from '../ssh/find-ssh.ts';
import { createRunner } from '../ssh/runner.ts';
import { backgroundHubCommand } from './background-command.ts';
import type { CliEnvironment } from './environment.ts';
import { takeInOwnViewers } from './own-viewers.ts';
import { logTo } from './terminal.ts';

/** The parts that a command is built of, made in one place. */
export interface Composition {
  /** Of this terminal. */
  readonly logger: Logger;
  readonly clock: Clock;
  /** What the user has set. @throws PortholeError `settings-invalid` */
  settings(): Promise<Settings>;
  /** Which browser is opened; the usual one where the settings cannot be read. */
  browser(): Promise<Settings['browser']>;
  /** Becomes the hub of this user, or finds the one that runs. */
  hubOrClient(placement: HubPlacement): Promise<HubRole>;
  /** The running hub, or one that is started in the background. */
  hubInBackground(): Promise<HubClient>;
  /** The running hub, if there is one; else what a killed one left here is removed. */
  runningHub(): Promise<HubClient | undefined>;
  /** What a login of a command's own needs, without a hub; to be closed. */
  connecting(): Connecting;
}

/** Old lines give way to new ones: twice this much is kept. */
const MAX_LOG_BYTES = 1024 * 1024;

/** `debug` is what `-v` asks for. */
export const compose = (cli: CliEnvironment, verbosity: 'debug' | 'info'): Composition => {
  const { env, uid, pid, version } = cli;
  const clock = systemClock;
  const terminalLogger = createLogger(verbosity, logTo(cli.terminal));
  const paths = resolvePaths({ env, uid });
  let found: Promise<string> | undefined;
  const ssh = () => {
    found ??= findSsh({ configured: env.PORTHOLE_SSH, searchPath: env.PATH });
    return found;
  };

  const endMaster: EndMaster = async (controlPath) => {
    const runner = createRunner({ logger: terminalLogger, clock, baseEnv: env });
    // Where no ssh is found nobody can be asked; what needs one says so.
    await ssh().then(
      (program) => endMasterAt(runner, { ssh: program, controlPath }),
      () => undefined,
    );
  };
  const place = { runtimeDirectory: paths.runtime, uid, pid, version, clock, endMaster };
  const runningHub = () => findHubOrClearUp(place);

  const createParts = async (): Promise<HubParts> => {
    const log = createLogRelay();
    const path = join(paths.state, 'hub.log');
    const file = openLogFile({ path, maxBytes: MAX_LOG_BYTES, level: 'debug', pid, clock });
    const logger = combineLoggers(terminalLogger, log.logger, file.logger);
    const context = createContext({ cli, paths, ssh, logger, clock });
    return { context, log, machine: machineOf(cli, paths), close: file.close };
  };

  return {
    logger: terminalLogger,
    clock,
    settings: () => loadSettings(paths.config),
    browser: () =>
      loadSettings(paths.config).then(
        ({ browser }) => browser,
        () => 'default',
      ),
    hubOrClient: (placement) => becomeHubOrClient({ ...place, placement }, createParts),
    hubInBackground: () =>
      findOrStartHub({
        find: runningHub,
        start: (signal) =>
          createRunner({ logger: terminalLogger, clock, baseEnv: env }).leaveRunning(
            backgroundHubCommand(cli),
            { signal },
          ),
        clock,
      }),
    runningHub,
    connecting: () =>
      createConnecting(
        { cli, paths, ssh, logger: terminalLogger, clock },
        { connection: `d-${pid}`, askpass: `d-${pid}-askpass.sock` },
      ),
  };
};

interface ContextInput {
  readonly cli: CliEnvironment;
  readonly paths: Paths;
  readonly ssh: () => Promise<string>;
  readonly logger: Logger;
  readonly clock: Clock;
}

/** What the dashboard knows of this machine. */
const machineOf = (cli: CliEnvironment, paths: Paths): HubParts['machine'] => ({
  hostname: cli.hostname,
  user: cli.user,
  home: cli.home,
  node: process.versions.node,
  platform: cli.platform,
  configDirectory: paths.config,
  pages: join(dirname(cli.program), 'dashboard'),
});

const createContext = (input: ContextInput): SessionContext => {
  const { cli, paths, logger, clock } = input;
  const connecting = createConnecting(input, {
    connection: `c-${cli.pid}`,
    askpass: `askpass-${cli.pid}.sock`,
  });
  const pool = createConnectionPool(
    (options) => openConnection(options, connecting.context),
    clock,
  );
  return {
    clock,
    logger,
    connecting: connecting.context,
    runtimeDirectory: paths.runtime,
    takeInOwnViewers: async () =>
      (await takeInOwnViewers(cli)).map(({ file, problem }) => `${file} is not used: ${problem}.`),
    viewerPages: join(dirname(cli.program), 'viewer'),
    store: createStore({ directory: paths.state, clock, logger }),
    connections: {
      ...pool,
      closeAll: async () => {
        await pool.closeAll();
        await connecting.close();
      },
    },
  };
};

/** What connections are made with, and what ends it: broker and programs. */
export interface Connecting {
  readonly context: ConnectionContext;
  close(): Promise<void>;
}

const createConnecting = (
  { cli, paths, ssh, logger, clock }: ContextInput,
  /** In the runtime directory; see `sweepRuntime`. */
  names: { readonly connection: string; readonly askpass: string },
): Connecting => {
  const { env } = cli;
  const runner = createRunner({ logger, clock, baseEnv: env });
  let broker: Promise<Broker> | undefined;
  let connections = 0;
  return {
    context: {
      ...{ runner, clock, ssh },
      home: cli.home,
      runtimeDirectory: paths.runtime,
      newName: () => `${names.connection}-${++connections}`,
      broker: () => {
        broker ??= startBroker({
          socketPath: join(paths.runtime, names.askpass),
          program: cli.program,
          display: env.DISPLAY,
          clock,
          logger,
        });
        return broker;
      },
    },
    close: async () => {
      await (await broker)?.close();
      await runner.stopAll();
    },
  };
};
