import { createConnection, type Socket } from 'node:net';
import type { Clock } from '../core/clock.ts';
import { PortholeError } from '../core/errors.ts';
import { speakJsonLines } from './json-lines.ts';
import {
  type Call,
  CONTROL_VERSION,
  errorFrom,
  type HubHello,
  hubHelloSchema,
  hubMessageSchema,
} from './messages.ts';

/** What a client does with what the hub sends before the result. */
export interface CallHandlers {
  event?(event: unknown): void;
  /** Answers a question of the hub; rejecting cancels the call. */
  ask?(question: unknown, signal: AbortSignal): Promise<unknown>;
}

/** The hub has ended before it took a call; the next one can be asked instead. */
export class HubEnded extends PortholeError {}

/** Something listens, but does not say hello: a hub that was stopped (Ctrl+Z), or hangs. */
export class HubSilent extends PortholeError {}

/** A hub says hello at once; a machine that is out of breath may take a while. */
const HELLO_LIMIT_MS = 10_000;

/** A hub that answered. */
export interface HubClient {
  readonly hello: HubHello;
  /**
   * Makes a call and resolves with its result; aborting the signal cancels it at the hub.
   *
   * @throws PortholeError as the hub sends it, or `hub-unreachable` when the hub goes away
   */
  call(call: Call, handlers?: CallHandlers, signal?: AbortSignal): Promise<unknown>;
}

export interface FindHubInput {
  readonly socketPath: string;
  /** Of the porthole that asks. */
  readonly version: string;
  readonly clock: Clock;
}

/**
 * The running hub behind a control socket, or undefined where none listens: no file, a file left behind
 * by a killed hub, or one that stops listening just now.
 *
 * @throws PortholeError `hub-version` for a hub that speaks another version; `hub-unreachable`, and
 *   HubSilent for one that takes connections and says nothing
 */
export const findHub = async ({
  socketPath,
  version,
  clock,
}: FindHubInput): Promise<HubClient | undefined> => {
  const first = await greet(socketPath, clock);
  if (first === undefined) return undefined;
  first.socket.destroy();
  const { hello } = first;
  if (hello.control !== CONTROL_VERSION) throw otherVersion(hello, version);
  return {
    hello,
    call: (call, handlers = {}, signal) => makeCall({ socketPath, clock, call, handlers, signal }),
  };
};

interface Greeted {
  readonly socket: Socket;
  readonly hello: HubHello;
  /** Receives what comes after hello. */
  onMessage(listener: (value: unknown) => void): void;
  send(value: unknown): void;
  readonly closed: Promise<void>;
}

const greet = (socketPath: string, clock: Clock): Promise<Greeted | undefined> =>
  new Promise((resolve, reject) => {
    const socket = createConnection(socketPath);
    const limit = clock.timeout(HELLO_LIMIT_MS, () => new HubSilent(GONE));
    let greeted = false;
    limit.signal.addEventListener('abort', () => {
      // Where it was this process that stood still, the answer is there and not yet read.
      setImmediate(() => {
        if (greeted) return;
        reject(limit.signal.reason);
        socket.destroy();
      });
    });
    let listener: (value: unknown) => void = (value) => {
      greeted = true;
      limit.cancel();
      const parsed = hubHelloSchema.safeParse(value);
      if (!parsed.success) {
        reject(unreachable());
        return socket.destroy();
      }
      listener = () => undefined;
      resolve({
        socket,
        hello: parsed.data.hello,
        onMessage: (next) => {
          listener = next;
        },
        send: lines.send,
        closed: lines.closed,
      });
    };
    socket.on('error', (error: NodeJS.ErrnoException) => {
      limit.cancel();
      if (NOBODY_LISTENS.has(error.code ?? '')) resolve(undefined);
      else reject(unreachable(error));
    });
    const lines = speakJsonLines(socket, (value) => listener(value));
    // Who says hello to nobody any more is ending: its socket had taken us on, and nobody came to fetch us.
    void lines.closed.then(() => {
      limit.cancel();
      resolve(undefined);
    });
  });

/** A socket that is closed with somebody waiting resets them; to write to it fails with a broken pipe. */
const NOBODY_LISTENS = new Set(['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE']);

interface CallInput {
  readonly socketPath: string;
  readonly clock: Clock;
  readonly call: Call;
  readonly handlers: CallHandlers;
  readonly signal: AbortSignal | undefined;
}

const makeCall = async ({
  socketPath,
  clock,
  call,
  handlers,
  signal,
}: CallInput): Promise<unknown> => {
  signal?.throwIfAborted();
  const hub = await greet(socketPath, clock);
  if (hub === undefined) throw hubEnded();
  let heard: 'nothing' | 'something' = 'nothing';
  const ended = new AbortController();
  const hangUp = () => hub.socket.destroy();
  if (signal?.aborted) hangUp();
  signal?.addEventListener('abort', hangUp, { once: true });
  try {
    return await new Promise((resolve, reject) => {
      hub.onMessage((value) => {
        const parsed = hubMessageSchema.safeParse(value);
        if (!parsed.success) return reject(unreachable());
        const message = parsed.data;
        heard = 'something';
        if ('event' in message) handlers.event?.(message.event);
        else if ('ask' in message) void answer(hub, message, handlers, ended.signal).catch(reject);
        else if ('error' in message) reject(errorFrom(message));
        else resolve(message.result);
      });
      void hub.closed.then(() => {
        if (signal?.aborted) reject(signal.reason);
        else reject(heard === 'nothing' ? hubEnded() : unreachable());
      });
      hub.send(call);
    });
  } finally {
    ended.abort();
    signal?.removeEventListener('abort', hangUp);
    hub.socket.destroy();
  }
};

const answer = async (
  hub: Greeted,
  { ask, question }: { ask: number; question: unknown },
  handlers: CallHandlers,
  signal: AbortSignal,
): Promise<void> => {
  if (handlers.ask === undefined) return hub.send({ answer: ask, value: null });
  hub.send({ answer: ask, value: await handlers.ask(question, signal) });
};

const GONE = {
  code: 'hub-unreachable',
  message: 'The running porthole went away, or does not answer.',
  hint: 'Run the command again.',
} as const;

const hubEnded = (): HubEnded => new HubEnded(GONE);

const unreachable = (cause?: unknown): PortholeError =>
  new PortholeError({
    ...GONE,
    ...(cause === undefined ? {} : { cause }),
  });

/** What to say of a hub that is of another version, but understood. */
export const versionsDiffer = (hello: HubHello, version: string): string =>
  `The running porthole is version ${hello.version}, this one is ${version}. This one takes over after: porthole stop --all`;

const otherVersion = (hello: HubHello, version: string): PortholeError =>
  new PortholeError({
    code: 'hub-version',
    message: `The running porthole (process ${hello.pid}) is version ${hello.version}, this one is ${version}; they do not understand each other.`,
    hint: `End it, with all that it has open, by: kill ${hello.pid}`,
  });
