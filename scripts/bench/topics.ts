import type { Topic } from './topic.ts';
import { channel } from './topics/channel.ts';
import { dashboard } from './topics/dashboard.ts';
import { gateway } from './topics/gateway.ts';
import { idle } from './topics/idle.ts';
import { long } from './topics/long.ts';
import { open } from './topics/open.ts';
import { page } from './topics/page.ts';
import { probe } from './topics/probe.ts';
import { reconnect } from './topics/reconnect.ts';
import { runicorn } from './topics/runicorn.ts';
import { saturated } from './topics/saturated.ts';
import { slow } from './topics/slow.ts';
import { start } from './topics/start.ts';
import { use } from './topics/use.ts';
import { viewer } from './topics/viewer.ts';
import { viewers } from './topics/viewers.ts';

/** All that the bench measures, the quickest first. */
export const TOPICS: readonly Topic[] = [
  start,
  open,
  probe,
  gateway,
  dashboard,
  channel,
  slow,
  use,
  idle,
  page,
  reconnect,
  saturated,
  viewer,
  long,
  runicorn,
  viewers,
];
