import { computed, effect, signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { type LiveEvents, listen } from '../kit/live-events.ts';
import { loadServer } from './server.ts';

/** What porthole's gateway says of the way to the server while it is not open. */
export interface LinkTrouble {
  readonly title: string;
  readonly detail: string;
  readonly reason: string;
  readonly command: string;
}

const streams = signal<readonly LiveEvents[]>([]);

/** Whether the page hears from the server: `idle` where it listens to nothing. */
export const connection = computed<'idle' | 'connecting' | 'open' | 'lost'>(() => {
  const states = streams.value.map(({ state }) => state.value);
  if (states.length === 0) return 'idle';
  if (states.includes('lost')) return 'lost';
  return states.includes('connecting') ? 'connecting' : 'open';
});

/** Why the connection is lost, where the gateway knows. */
export const linkTrouble = signal<LinkTrouble | null>(null);

/** Listens to the server, as `listen` does, and counts for `connection`. */
export const listenToServer = (options: Parameters<typeof listen>[0]): (() => void) => {
  const stream = listen(options);
  streams.value = [...streams.value, stream];
  return () => {
    stream.close();
    streams.value = streams.value.filter((one) => one !== stream);
  };
};

/** Listens while the component is there and `key` stays the same; null listens to nothing. */
export const useLive = (key: string | null, options: () => Parameters<typeof listen>[0]): void => {
  useEffect(() => (key === null ? undefined : listenToServer(options())), [key]);
};

/** Asked only while the connection is lost: browsers open few connections to one address. */
effect(() => {
  if (connection.value !== 'lost') return undefined;
  const source = new EventSource('.porthole/state');
  source.addEventListener('message', ({ data }: MessageEvent<string>) => {
    linkTrouble.value = readTrouble(JSON.parse(data));
    if (linkTrouble.value === null) for (const stream of streams.peek()) stream.retry();
  });
  source.addEventListener('error', () => {
    // Closed: something answered, but it is no gateway. Otherwise nothing listens there any more.
    if (source.readyState !== EventSource.CLOSED) linkTrouble.value = GATEWAY_IS_GONE;
  });
  return () => {
    source.close();
    linkTrouble.value = null;
    void loadServer();
  };
});

const GATEWAY_IS_GONE: LinkTrouble = {
  title: 'porthole is no longer running here',
  detail: 'What you see stays, but is no longer live.',
  reason: '',
  command: '',
};

const readTrouble = (message: unknown): LinkTrouble | null => {
  const page = isRecord(message) ? message.page : null;
  if (!isRecord(page)) return null;
  const { title, detail, reason, command } = page;
  return {
    title: String(title),
    detail: String(detail),
    reason: String(reason),
    command: String(command),
  };
};

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
