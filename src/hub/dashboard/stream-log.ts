import type { FollowLog } from '../../session/session-log.ts';
import type { EventStream } from './event-stream.ts';

export interface FollowedLog {
  readonly open: () => EventStream;
  /** Aborted when the client has gone. */
  readonly signal: AbortSignal;
  /** Resolves when nothing more can come. */
  readonly over: Promise<unknown>;
  /** Reads the end of the log, and calls back with what comes after it. */
  readonly read: (follow: FollowLog) => Promise<string>;
}

/** Sends the end of a log, then what comes, until the client has gone or the viewer has ended. */
export const followLog = async ({ open, signal, over, read }: FollowedLog): Promise<void> => {
  const stopped = new AbortController();
  const stop = () => stopped.abort();
  signal.addEventListener('abort', stop, { once: true });
  let stream: EventStream | undefined;
  // Text that comes in between belongs behind the tail: it is held back until that is out.
  const held: string[] = [];
  const onText = (text: string) => {
    if (stream === undefined) held.push(text);
    else stream.send({ event: 'text', data: { text } });
  };
  const tail = await read({ onText, signal: stopped.signal });
  const opened = open();
  for (const text of [tail, ...held]) opened.send({ event: 'text', data: { text } });
  stream = opened;
  void over.finally(() => {
    stop();
    opened.send({ event: 'end', data: {} });
    opened.end();
  });
};
