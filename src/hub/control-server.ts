import { chmod, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import type { Clock } from '../core/clock.ts';
import { PortholeError, toPortholeError } from '../core/errors.ts';
import { settlesWithin } from '../ssh/settles-within.ts';
import { speakJsonLines } from './json-lines.ts';
import {
  answerSchema,
  type Call,
  CONTROL_VERSION,
  callSchema,
  errorMessage,
  type HubHello,
} from './messages.ts';

/** One call of a client, as the hub sees it. */
export interface CallContext {
  event(event: unknown): void;
  /** Puts a question to the client's user. */
  ask(question: unknown, signal: AbortSignal): Promise<unknown>;
  /** Aborted when the client has gone. */
  readonly signal: AbortSignal;
}

export interface ControlServerInput {
  readonly socketPath: string;
  readonly clock: Clock;
  /** What clients are told first. */
  readonly hello: () => Omit<HubHello, 'control'>;
  /** Carries out a call; what it resolves with is the result. */
  readonly handle: (call: Call, context: CallContext) => Promise<unknown>;
}

/** The hub's socket for the command line: 0600, in a private directory, so only this user gets in. */
export interface ControlServer {
  /**
   * From here on no call is taken; those that run go on. Done when it returns. `leave` touches no file:
   * the one of that name may be another hub's by now.
   */
  stopListening(file: 'remove' | 'leave'): void;
  /** Closes when every call has been answered. */
  close(): Promise<void>;
}

/** For a client to take its last answer; one that is stopped, or does not read, is not waited for. */
const LAST_ANSWER_MS = 1000;

/** Listens on the control socket; a socket file left behind is replaced (the lock is held). */
export const startControlServer = async (input: ControlServerInput): Promise<ControlServer> => {
  const { socketPath } = input;
  const sockets = new Set<Socket>();
  const calls = new Set<Promise<void>>();
  let closed: Promise<unknown> | undefined;
  let removesFile = true;
  await rm(socketPath, { force: true });
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    serve(socket, {
      ...input,
      take: (running) => {
        if (closed !== undefined) return 'refused';
        const call = running();
        calls.add(call);
        void call.finally(() => calls.delete(call));
        return 'taken';
      },
    });
  });
  await listen(server, socketPath);
  await chmod(socketPath, 0o600);
  const stopListening = (file: 'remove' | 'leave') => {
    if (closed !== undefined) return;
    removesFile = file === 'remove';
    server.unref();
    // Closing, Node removes the socket's file at once; a client that comes now finds no hub.
    closed = removesFile ? new Promise((resolve) => server.close(resolve)) : Promise.resolve();
  };
  return {
    stopListening,
    close: async () => {
      stopListening('remove');
      await Promise.all(calls);
      const gone = [...sockets].map((socket) => new Promise((done) => socket.once('close', done)));
      for (const socket of sockets) socket.destroySoon();
      await settlesWithin(Promise.all(gone), LAST_ANSWER_MS, input.clock);
      for (const socket of sockets) socket.destroy();
      await closed;
      if (removesFile) await rm(socketPath, { force: true });
    },
  };
};

const listen = (server: Server, socketPath: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketPath, () => {
      server.off('error', reject);
      resolve();
    });
  });

interface ServeInput extends ControlServerInput {
  /** Runs a call, unless the hub is about to end. */
  take(running: () => Promise<void>): 'taken' | 'refused';
}

const serve = (socket: Socket, { hello, handle, take }: ServeInput): void => {
  const gone = new AbortController();
  const answers = new Map<number, (value: unknown) => void>();
  let lastAsk = 0;
  let phase: 'awaiting-call' | 'in-call' = 'awaiting-call';

  const ask: CallContext['ask'] = (question, signal) =>
    new Promise((resolve, reject) => {
      const id = ++lastAsk;
      const either = AbortSignal.any([signal, gone.signal]);
      const abort = () => {
        answers.delete(id);
        reject(either.reason);
      };
      if (either.aborted) return abort();
      either.addEventListener('abort', abort, { once: true });
      answers.set(id, (value) => {
        either.removeEventListener('abort', abort);
        answers.delete(id);
        resolve(value);
      });
      lines.send({ ask: id, question });
    });

  const carryOut = async (call: Call) => {
    try {
      const result = await handle(call, {
        event: (event) => lines.send({ event }),
        ask,
        signal: gone.signal,
      });
      lines.send({ result: result ?? null });
    } catch (error) {
      lines.send(errorMessage(toPortholeError(error)));
    }
    lines.end();
  };

  const lines = speakJsonLines(socket, (value) => {
    if (phase === 'in-call') {
      const parsed = answerSchema.safeParse(value);
      if (parsed.success) answers.get(parsed.data.answer)?.(parsed.data.value);
      return;
    }
    phase = 'in-call';
    const call = callSchema.safeParse(value);
    if (!call.success) {
      lines.send(errorMessage(otherWords()));
    } else if (take(() => carryOut(call.data)) === 'taken') return;
    // Refused: the client takes silence for a hub that has gone, and looks for the next one.
    lines.end();
  });
  void lines.closed.then(() => gone.abort(clientGone()));
  lines.send({ hello: { control: CONTROL_VERSION, ...hello() } });
};

/** Versions may differ, as long as they speak the same words; what a newer one asks for may be new. */
const otherWords = (): PortholeError =>
  new PortholeError({
    code: 'hub-version',
    message: 'The running porthole does not understand what it is asked: it is of another version.',
    hint: 'End it, with all that it has open, by: porthole stop --all',
  });

const clientGone = (): PortholeError =>
  new PortholeError({ code: 'interrupted', message: 'The one who asked has gone.' });
