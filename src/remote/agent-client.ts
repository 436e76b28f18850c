import type { Readable, Writable } from 'node:stream';
import type * as z from 'zod';
import type { Clock } from '../core/clock.ts';
import { createDeferred } from '../core/deferred.ts';
import type { PortholeError } from '../core/errors.ts';
import { neutralizeControls } from '../core/text.ts';
import { AgentError, connectionEnded, pythonNotFound, wrongShape } from './agent-failures.ts';
import { createFrameReader } from './frames.ts';
import { type Reply, replySchema } from './protocol/reply.ts';
import { logEventSchema, type ViewerState, viewerEventSchema } from './protocol/sessions.ts';
import { type Hello, helloSchema, noPythonSchema } from './protocol/wire.ts';
import type { ByteListener } from './streams/byte-frames.ts';

/** Called with each state of a session's viewer. */
export type ViewerListener = (viewer: ViewerState) => void;

export interface RequestOptions {
  readonly signal?: AbortSignal;
}

/** Frames of bytes on the agent's stdin and stdout, between the lines. */
export interface FrameCarrier {
  /** Takes those that come in from now on. */
  carry(listener: ByteListener): void;
  /** Writes one; `full` asks to write no data before `onDrain`. */
  write(frame: Uint8Array): 'taken' | 'full';
  onDrain(listener: () => void): void;
}

/** The typed end of the agent's protocol. */
export interface AgentClient {
  /** The loader's first frame; rejects when the login gave no usable Python, or ended. */
  readonly hello: Promise<Hello>;
  /** Resolves, with the reason, when the agent's stdout has ended or cannot be trusted. */
  readonly closed: Promise<PortholeError>;
  /**
   * Sends a request and checks its result. Before hello, requests of a first contact wait; those of a
   * warm contact are written at once.
   *
   * @throws AgentError where the agent refuses; PortholeError `protocol-error` or `connection-closed`
   */
  request<T>(
    op: string,
    params: Readonly<Record<string, unknown>>,
    schema: z.ZodType<T>,
    options?: RequestOptions,
  ): Promise<T>;
  onViewer(session: string, listener: ViewerListener): () => void;
  onLog(session: string, listener: (text: string) => void): () => void;
  /** To be used when the agent has been told to expect frames. */
  readonly frames: FrameCarrier;
  /** `awaiting-hello` while the login goes on: requests wait, and may never be answered. */
  phase(): 'awaiting-hello' | 'open' | 'closed';
  /** What the login printed beside the frames. */
  noise(): string;
  /** The last line of that, where it has not ended: it may be a question. */
  unfinished(): string;
  /** Monotonic milliseconds at which the last byte came from the server. */
  lastHeardMs(): number;
}

export interface AgentClientInput {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly clock: Clock;
  /** The line that carries the agent's source. */
  readonly agentLine: string;
  /**
   * `first`: nothing is sent before hello has come, should the login be no loader at all.
   * `warm`: a host that answered before gets the agent and the first requests in one go.
   */
  readonly contact: 'first' | 'warm';
}

interface Pending {
  /** Checks the result against the request's schema. */
  settle(result: unknown): void;
  reject(reason: unknown): void;
}

/** Speaks to an agent over a pair of streams. */
export const createAgentClient = (input: AgentClientInput): AgentClient => {
  const { stdin, stdout, clock } = input;
  const hello = createDeferred<Hello>();
  const closed = createDeferred<PortholeError>();
  const pending = new Map<number, Pending>();
  const viewerListeners = new Map<string, Set<ViewerListener>>();
  const logListeners = new Map<string, Set<(text: string) => void>>();
  let phase: 'awaiting-hello' | 'open' | 'closed' = 'awaiting-hello';
  let unsent: string[] | undefined = input.contact === 'first' ? [] : undefined;
  let lastId = 0;
  let lastHeardMs = clock.monotonicMs();
  let end: PortholeError | undefined;

  const close = (error: PortholeError) => {
    if (phase === 'closed') return;
    phase = 'closed';
    end = error;
    hello.reject(error);
    for (const one of pending.values()) one.reject(error);
    pending.clear();
    closed.resolve(error);
  };

  const write = (line: string) => {
    if (unsent === undefined) stdin.write(line);
    else unsent.push(line);
  };

  const greet = (value: unknown) => {
    const noPython = noPythonSchema.safeParse(value);
    if (noPython.success) return close(pythonNotFound(noPython.data.rejected));
    const greeting = helloSchema.safeParse(value);
    if (!greeting.success) return close(wrongShape('its greeting'));
    phase = 'open';
    hello.resolve(greeting.data);
    if (unsent !== undefined) {
      const lines = [input.agentLine, ...unsent];
      unsent = undefined;
      stdin.write(lines.join(''));
    }
  };

  const answer = (reply: Reply) => {
    const one = pending.get(reply.id);
    if (one === undefined) return;
    pending.delete(reply.id);
    if ('error' in reply) return one.reject(new AgentError(reply.error));
    one.settle(reply.result);
  };

  const receive = (value: unknown) => {
    if (phase === 'awaiting-hello') return greet(value);
    const reply = replySchema.safeParse(value);
    if (reply.success) return answer(reply.data);
    const viewer = viewerEventSchema.safeParse(value);
    if (viewer.success) {
      for (const tell of viewerListeners.get(viewer.data.session) ?? []) tell(viewer.data.viewer);
      return;
    }
    const log = logEventSchema.safeParse(value);
    if (log.success) {
      const text = neutralizeControls(log.data.text);
      for (const tell of logListeners.get(log.data.session) ?? []) tell(text);
      return;
    }
    close(wrongShape('an event'));
  };

  const reader = createFrameReader({ frame: receive, broken: close });
  stdout.on('data', (chunk: Buffer) => {
    lastHeardMs = clock.monotonicMs();
    if (phase !== 'closed') reader.push(chunk);
  });
  stdout.on('close', () => close(connectionEnded()));
  // A broken pipe says no more than the end of stdout does, which follows.
  stdout.on('error', () => close(connectionEnded()));
  stdin.on('error', () => undefined);
  // Whoever waits for these gets the rejection; nobody waiting is no bug.
  hello.promise.catch(() => undefined);

  if (input.contact === 'warm') stdin.write(input.agentLine);

  return {
    hello: hello.promise,
    closed: closed.promise,
    request: async <T>(
      op: string,
      params: Readonly<Record<string, unknown>>,
      schema: z.ZodType<T>,
      { signal }: RequestOptions = {},
    ) => {
      signal?.throwIfAborted();
      if (end !== undefined) throw end;
      const id = ++lastId;
      const reply = createDeferred<T>();
      pending.set(id, {
        settle: (result) => {
          const checked = schema.safeParse(result);
          if (checked.success) reply.resolve(checked.data);
          else reply.reject(wrongShape(`the answer to "${op}"`));
        },
        reject: reply.reject,
      });
      const abort = () => {
        pending.delete(id);
        reply.reject(signal?.reason);
      };
      signal?.addEventListener('abort', abort, { once: true });
      write(`${JSON.stringify({ ...params, id, op })}\n`);
      try {
        return await reply.promise;
      } finally {
        signal?.removeEventListener('abort', abort);
      }
    },
    onViewer: (session, listener) => listen(viewerListeners, session, listener),
    onLog: (session, listener) => listen(logListeners, session, listener),
    frames: {
      carry: reader.acceptBytes,
      write: (frame) => (stdin.write(frame) ? 'taken' : 'full'),
      onDrain: (listener) => stdin.on('drain', listener),
    },
    phase: () => phase,
    noise: () => reader.noise(),
    unfinished: () => reader.unfinished(),
    lastHeardMs: () => lastHeardMs,
  };
};

const listen = <T>(listeners: Map<string, Set<T>>, key: string, listener: T): (() => void) => {
  const own = listeners.get(key) ?? new Set();
  listeners.set(key, own.add(listener));
  return () => {
    own.delete(listener);
    if (own.size === 0) listeners.delete(key);
  };
};
