import { randomBytes } from 'node:crypto';
import { chmod, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import type { Clock } from '../../core/clock.ts';
import type { Logger } from '../../core/logger.ts';
import { askpassEnv } from './askpass-env.ts';
import { createAttempt } from './attempt.ts';
import type { AskedPrompt, Prompter } from './prompt.ts';
import { readRequest } from './read-request.ts';

export interface BrokerInput {
  /** In a directory that only this user can enter. */
  readonly socketPath: string;
  /** The executable that runs the askpass mode. */
  readonly program: string;
  readonly display?: string | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** One connection attempt that may ask. */
export interface AskpassAttempt {
  /** For the ssh of this attempt only. */
  readonly env: Readonly<Record<string, string>>;
  /** What was asked so far. */
  asked(): readonly AskedPrompt[];
  /** Withdraws what is being asked and refuses whatever comes later. */
  end(): void;
}

/** Stands between ssh's askpass programs and whoever can answer. */
export interface Broker {
  /** Lets one ssh ask; `host` is the name that the user gave, `endLogin` ends that ssh. */
  attempt(input: {
    readonly host: string;
    readonly prompter: Prompter;
    readonly endLogin?: () => Promise<void>;
  }): AskpassAttempt;
  close(): Promise<void>;
}

/** Connections of askpass programs at the same time; ssh asks one after the other. */
const MAX_CONNECTIONS = 64;

/** Listens on a socket of mode 0600. What a program asks without a live secret is refused. */
export const startBroker = async (input: BrokerInput): Promise<Broker> => {
  const { socketPath, program, display, clock, logger } = input;
  const attempts = new Set<ReturnType<typeof createAttempt>>();
  const sockets = new Set<Socket>();

  const serve = async (socket: Socket): Promise<void> => {
    const gone = new AbortController();
    socket.on('error', () => gone.abort()); // the askpass program was killed: ssh no longer waits
    socket.on('close', () => {
      sockets.delete(socket);
      gone.abort();
    });
    const request = await readRequest(socket, clock);
    const attempt = request && [...attempts].find(({ holdsSecret }) => holdsSecret(request.secret));
    if (request === undefined || attempt === undefined) {
      logger.warn('Refused an askpass request that names no open connection attempt.');
      socket.end('{}\n');
      return;
    }
    const answer = await attempt.ask(request, gone.signal);
    socket.end(answer === undefined ? '{}\n' : `${JSON.stringify({ answer })}\n`);
  };

  const server = createServer((socket) => {
    sockets.add(socket);
    void serve(socket);
  });
  server.maxConnections = MAX_CONNECTIONS;
  await rm(socketPath, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketPath, resolve);
  });
  await chmod(socketPath, 0o600);

  return {
    attempt: ({ host, prompter, endLogin }) => {
      const secret = randomBytes(32).toString('hex');
      const attempt = createAttempt({ host, prompter, secret, logger, endLogin });
      attempts.add(attempt);
      return {
        env: askpassEnv({ program, socketPath, secret, display }),
        asked: attempt.asked,
        end: () => {
          attempts.delete(attempt);
          attempt.end();
        },
      };
    },
    close: async () => {
      for (const attempt of attempts) attempt.end();
      attempts.clear();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
      await rm(socketPath, { force: true });
    },
  };
};
