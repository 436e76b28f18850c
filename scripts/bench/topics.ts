import type { Topic } from './topic.ts';
import { open } from './topics/open.ts';
import { runicorn } from './topics/runicorn.ts';
import { start } from './topics/start.ts';

/** All that the bench measures, the quickest first. */
export const TOPICS: readonly Topic[] = [start, open, runicorn];
