import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { writeFileAtomically } from '../core/atomic-file.ts';
import type { Forward } from './argv.ts';
import { cancelCommand } from './argv.ts';
import type { Forwards } from './forwards.ts';
import type { Runner } from './runner.ts';

/** Forwards that a master of the user's own holds for us. */
export interface LentForwards extends Forwards {
  /** Takes back those that are left. */
  cancelAll(): Promise<void>;
}

/** Names of the records, in the runtime directory; what they name outlives the hub that wrote them. */
const RECORD = /^lent-[a-z0-9-]+\.json$/;

/** Where the connection of this name keeps its record. */
export const lentRecordPath = (runtimeDirectory: string, connection: string): string =>
  join(runtimeDirectory, `lent-${connection}.json`);

const recordSchema = z.object({
  controlPath: z.string().min(1).max(4096),
  forwards: z
    .array(
      z.object({
        localSocket: z.string().min(1).max(4096),
        remote: z.discriminatedUnion('kind', [
          z.object({ kind: z.literal('socket'), path: z.string().min(1).max(4096) }),
          z.object({ kind: z.literal('tcp'), port: z.int().min(1).max(65535) }),
        ]),
      }),
    )
    .max(1000),
});

/**
 * Keeps a record on disk of every forward before it is added, until it is cancelled: a master that is not
 * ours lives on when we are killed, and its forwards with it.
 */
export const lendForwards = (input: {
  readonly forwards: Forwards;
  readonly controlPath: string;
  readonly recordPath: string;
}): LentForwards => {
  const { forwards, controlPath, recordPath } = input;
  const lent = new Set<Forward>();
  let writing: Promise<void> = Promise.resolve();

  const note = (): Promise<void> => {
    const write = async () => {
      if (lent.size === 0) return rm(recordPath, { force: true });
      await writeFileAtomically(recordPath, JSON.stringify({ controlPath, forwards: [...lent] }));
    };
    // One after the other, so that the last one written is the last one meant.
    writing = writing.then(write, write);
    return writing;
  };

  const cancel = async (forward: Forward): Promise<void> => {
    await forwards.cancel(forward);
    if (lent.delete(forward)) await note();
  };

  return {
    add: async (forward, signal) => {
      lent.add(forward);
      await note();
      try {
        await forwards.add(forward, signal);
      } catch (error) {
        await cancel(forward);
        throw error;
      }
    },
    cancel,
    cancelAll: async () => {
      for (const forward of [...lent]) await cancel(forward);
    },
  };
};

export interface TakeBackInput {
  readonly runner: Runner;
  readonly ssh: () => Promise<string>;
  readonly runtimeDirectory: string;
}

/** A request to the master's socket needs no network; a master may hang, though. */
const CANCEL_TIMEOUT_MS = 2000;

/**
 * Cancels the forwards that hubs which were killed have left with masters of the user's own. Resolves
 * when what there is has been read; the rest goes on by itself, and `done` tells its end. Never fails.
 */
export const takeBackForwards = async (
  input: TakeBackInput,
): Promise<{ readonly done: Promise<void> }> => {
  const { runner, ssh, runtimeDirectory } = input;
  const names = await readdir(runtimeDirectory).catch(() => []);
  const paths = names
    .filter((name) => RECORD.test(name))
    .map((name) => join(runtimeDirectory, name));

  const takeBack = async (path: string): Promise<void> => {
    const text = await readFile(path, 'utf8').catch(() => '');
    const record = recordSchema.safeParse(parseJson(text));
    const { controlPath, forwards } = record.success
      ? record.data
      : { controlPath: '', forwards: [] };
    for (const forward of forwards) {
      const command = cancelCommand({ ssh: await ssh(), controlPath }, forward);
      await runner.run(command, { timeoutMs: CANCEL_TIMEOUT_MS });
    }
  };

  const done = Promise.allSettled(
    // Whatever came of it: a master that is gone has taken its forwards along.
    paths.map((path) => takeBack(path).finally(() => rm(path, { force: true }))),
  );
  return { done: done.then(() => undefined) };
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
