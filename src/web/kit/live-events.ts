import { type Signal, signal } from '@preact/signals';

/** State of a stream: `lost` tries again by itself. */
export type LiveState = 'connecting' | 'open' | 'lost';

/** A stream of events that comes back by itself, with an address made anew each time. */
export interface LiveEvents {
  readonly state: Signal<LiveState>;
  /** Of a lost one: whether something answered, but with a refusal. */
  readonly isRefused: Signal<boolean>;
  /** Tries again at once where it is lost: somebody knows that the way is open. */
  retry(): void;
  /** Connects anew: something has been missed. */
  restart(): void;
  /** Ends it. */
  close(): void;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8_000;

/**
 * Listens to server-sent events. `url` is asked again at each connection, so that cursors are those
 * of what arrived last; handlers get the parsed JSON of their events.
 */
export const listen = (options: {
  readonly url: () => string;
  readonly on: Readonly<Record<string, (data: never) => void>>;
}): LiveEvents => {
  const state = signal<LiveState>('connecting');
  const isRefused = signal(false);
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let waitMs = FIRST_WAIT_MS;

  const connect = (): void => {
    clearTimeout(timer);
    source?.close();
    source = new EventSource(options.url());
    source.addEventListener('open', () => {
      waitMs = FIRST_WAIT_MS;
      isRefused.value = false;
      state.value = 'open';
    });
    source.addEventListener('error', lose);
    for (const [name, handle] of Object.entries(options.on)) {
      source.addEventListener(name, ({ data }: MessageEvent<string>) =>
        (handle as (data: unknown) => void)(JSON.parse(data)),
      );
    }
  };
  // The browser's own way of coming back would ask for the old cursor again.
  const lose = (): void => {
    // Closed by the browser: an answer, but no stream of events.
    isRefused.value = source?.readyState === EventSource.CLOSED;
    source?.close();
    state.value = 'lost';
    clearTimeout(timer);
    timer = setTimeout(connect, waitMs);
    waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
  };
  // Browsers open six connections to one address, whatever the number of tabs: a tab that nobody
  // sees gives its own back, and goes on from its cursor later.
  const follow = (): void => {
    if (!document.hidden) {
      connect();
      return;
    }
    clearTimeout(timer);
    source?.close();
  };
  const hurry = (): void => {
    if (state.peek() === 'lost') follow();
  };

  follow();
  document.addEventListener('visibilitychange', follow);
  window.addEventListener('online', hurry);
  return {
    state,
    isRefused,
    retry: hurry,
    restart: follow,
    close: () => {
      clearTimeout(timer);
      source?.close();
      document.removeEventListener('visibilitychange', follow);
      window.removeEventListener('online', hurry);
    },
  };
};
