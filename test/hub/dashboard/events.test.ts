import { describe, expect, test } from 'vitest';
import type { Change } from '../../../src/hub/api/contract.ts';
import { createEventFeed, parsePosition } from '../../../src/hub/dashboard/event-feed.ts';
import type { StreamEvent } from '../../../src/hub/dashboard/event-stream.ts';

const contents = () => ({}) as never;
const gone = (n: number): Change => ({ kind: 'prompt-gone', prompt: `p-${n}` });

const watch = (feed: ReturnType<typeof createEventFeed>, after?: string) => {
  const events: StreamEvent[] = [];
  const stop = feed.follow(parsePosition(after), (event) => events.push(event));
  return { stop, ids: () => events.map(({ event, id }) => `${event} ${id}`) };
};

describe('the feed of changes', () => {
  test('begins with a snapshot, and counts what comes', () => {
    const feed = createEventFeed({ run: 'r', contents });
    feed.publish(gone(1));
    const page = watch(feed);
    feed.publish(gone(2));
    expect(page.ids()).toEqual(['snapshot r.1', 'change r.2']);
    page.stop();
    feed.publish(gone(3));
    expect(page.ids()).toHaveLength(2);
  });

  test('gives one that comes back exactly what it missed, also nothing', () => {
    const feed = createEventFeed({ run: 'r', contents });
    for (let n = 1; n <= 3; n++) feed.publish(gone(n));
    expect(watch(feed, 'r.1').ids()).toEqual(['change r.2', 'change r.3']);
    expect(watch(feed, 'r.3').ids()).toEqual([]);
  });

  test.each(['r.4', 'other.1', 'r', 'r.x', '../r.1', ''])(
    'gives a snapshot to one that names %j',
    (after) => {
      const feed = createEventFeed({ run: 'r', contents });
      for (let n = 1; n <= 3; n++) feed.publish(gone(n));
      expect(watch(feed, after).ids()).toEqual(['snapshot r.3']);
    },
  );

  test('gives a snapshot to one that was away for too many, and keeps no more', () => {
    const feed = createEventFeed({ run: 'r', contents });
    for (let n = 1; n <= 1000; n++) feed.publish(gone(n));
    expect(watch(feed, 'r.400').ids()).toEqual(['snapshot r.1000']);
    expect(watch(feed, 'r.900').ids()).toHaveLength(100);
  });
});
