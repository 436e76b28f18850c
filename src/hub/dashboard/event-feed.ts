import type { Change, Position, Snapshot } from '../api/schema/state.ts';
import type { StreamEvent } from './event-stream.ts';

/** The hub's changes, counted, for any number of pages. */
export interface EventFeed {
  /** Counts a change and tells it to every page. */
  publish(change: Change): void;
  position(): Position;
  /** Tells what happened after a position, or a snapshot where that is not known; then every change. */
  follow(after: Position | undefined, send: (event: StreamEvent) => void): () => void;
}

export interface EventFeedInput {
  /** Names this start of the hub: an index of another one means nothing here. */
  readonly run: string;
  /** All that there is, at this moment. */
  readonly contents: () => Omit<Snapshot, 'run' | 'index'>;
}

/** A page that was away longer than this many changes gets a snapshot. */
const KEPT_CHANGES = 512;

export const createEventFeed = ({ run, contents }: EventFeedInput): EventFeed => {
  let index = 0;
  let kept: readonly { readonly index: number; readonly change: Change }[] = [];
  const followers = new Set<(event: StreamEvent) => void>();

  const eventOf = (one: (typeof kept)[number]): StreamEvent => ({
    event: 'change',
    id: `${run}.${one.index}`,
    data: one,
  });

  const missed = (after: Position | undefined): readonly StreamEvent[] | undefined => {
    if (after?.run !== run || after.index > index) return undefined;
    const news = kept.filter((one) => one.index > after.index);
    return news.length === index - after.index ? news.map(eventOf) : undefined;
  };

  return {
    position: () => ({ run, index }),
    publish: (change) => {
      index += 1;
      const one = { index, change };
      kept = [...kept.slice(1 - KEPT_CHANGES), one];
      for (const tell of [...followers]) tell(eventOf(one));
    },
    follow: (after, send) => {
      const snapshot = {
        event: 'snapshot',
        id: `${run}.${index}`,
        data: { run, index, ...contents() },
      };
      for (const event of missed(after) ?? [snapshot]) send(event);
      followers.add(send);
      return () => followers.delete(send);
    },
  };
};

/** A position as it stands in an event's id; undefined for anything else. */
export const parsePosition = (text: string | undefined): Position | undefined => {
  const match = /^([0-9a-z]{1,32})\.(\d{1,15})$/.exec(text ?? '');
  return match === null ? undefined : { run: match[1] ?? '', index: Number(match[2]) };
};
