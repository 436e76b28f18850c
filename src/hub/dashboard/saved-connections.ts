import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import * as z from 'zod';
import type { Clock } from '../../core/clock.ts';
import type { Logger } from '../../core/logger.ts';
import { keepFile } from '../../session/kept-file.ts';
import { type Saved, savedSchema } from '../api/schema/saved.ts';
import type { Change } from '../api/schema/state.ts';
import { iso } from './session-dto.ts';
import { ApiError, notFound } from './to-failure.ts';

/** The file in porthole's directory of settings; there is no secret in it. */
export const SAVED_FILE = 'saved.json';

const fileSchema = z.object({
  version: z.literal(1),
  connections: z.array(savedSchema.strip()).max(1000),
});

type Wish = Omit<Saved, 'saved' | 'createdAt' | 'lastOpenedAt'>;

/** The connections that the user keeps. */
export interface SavedConnections {
  /** By name. */
  list(): readonly Saved[];
  /** @throws ApiError `not-found` */
  find(id: string): Saved;
  add(wish: Wish): Promise<Saved>;
  /** @throws ApiError `not-found` */
  replace(id: string, wish: Wish): Promise<Saved>;
  /** @throws ApiError `not-found` */
  remove(id: string): Promise<void>;
  noteOpened(id: string): Promise<void>;
}

export interface SavedConnectionsInput {
  readonly directory: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly publish: (change: Change) => void;
}

const MAX_SAVED = 500;

/** Reads what was saved; each change is told to the pages and written. */
export const loadSavedConnections = async (
  input: SavedConnectionsInput,
): Promise<SavedConnections> => {
  const { directory, clock, logger, publish } = input;
  const file = keepFile({
    ...{ path: join(directory, SAVED_FILE), schema: fileSchema, subject: 'this connection' },
    ...{ empty: () => ({ version: 1 as const, connections: [] }), clock, logger },
  });
  let list: readonly Saved[] = byName((await file.read()).connections);

  const change = async (next: readonly Saved[]) => {
    list = byName(next);
    publish({ kind: 'saved', saved: [...list] });
    await file.update((held) => {
      held.connections = [...list];
    });
  };

  const find = (id: string): Saved => {
    const found = list.find(({ saved }) => saved === id);
    if (found === undefined) throw notFound('There is no such saved connection.');
    return found;
  };

  return {
    list: () => list,
    find,
    add: async (wish) => {
      if (list.length >= MAX_SAVED) throw tooMany();
      const saved = `k-${randomBytes(6).toString('hex')}`;
      const one = { ...wish, saved, createdAt: iso(clock.wallMs()), lastOpenedAt: null };
      await change([...list, one]);
      return one;
    },
    replace: async (id, wish) => {
      const one = { ...find(id), ...wish };
      await change(list.map((other) => (other.saved === id ? one : other)));
      return one;
    },
    remove: async (id) => {
      find(id);
      await change(list.filter(({ saved }) => saved !== id));
    },
    noteOpened: async (id) => {
      const one = { ...find(id), lastOpenedAt: iso(clock.wallMs()) };
      await change(list.map((other) => (other.saved === id ? one : other)));
    },
  };
};

const byName = (list: readonly Saved[]): readonly Saved[] =>
  [...list].sort((a, b) => a.name.localeCompare(b.name));

const tooMany = (): ApiError =>
  new ApiError(422, {
    code: 'bad-request',
    message: `There are ${MAX_SAVED} saved connections already.`,
    hint: 'Delete some of them.',
  });
