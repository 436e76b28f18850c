import { readFile, rename } from 'node:fs/promises';
import * as z from 'zod';
import { writeFileAtomically } from '../core/atomic-file.ts';
import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/logger.ts';

/** A JSON file in which porthole remembers something. */
export interface KeptFile<T> {
  /** What it holds; the caller changes it by `update` alone. */
  read(): Promise<T>;
  /** Changes what is held, and writes it; resolves when it is on the disk, or cannot be. */
  update(change: (value: T) => void): Promise<void>;
}

export interface KeptFileInput<T extends { version: number }> {
  readonly path: string;
  readonly schema: z.ZodType<T>;
  /** What is in it where there is no file; its version is the newest that is understood. */
  readonly empty: () => T;
  /** What is lost when it cannot be written, as the end of "Cannot remember ...". */
  readonly subject: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

type Loaded<T> = { readonly value: T; readonly access: 'write' | 'read-only' };

/**
 * A file that is read once and written as a whole. A damaged one is kept aside under another name, said,
 * and started afresh; one of a newer porthole is left alone: nothing is remembered then.
 */
export const keepFile = <T extends { version: number }>(input: KeptFileInput<T>): KeptFile<T> => {
  const { path, subject, logger } = input;
  let loaded: Promise<Loaded<T>> | undefined;
  let lastWrite: Promise<void> = Promise.resolve();

  const load = () => {
    loaded ??= loadKept(input);
    return loaded;
  };

  return {
    read: async () => (await load()).value,
    update: async (change) => {
      const { value, access } = await load();
      change(value);
      if (access === 'read-only') return;
      // One write at a time, each with all changes so far.
      lastWrite = lastWrite.then(async () => {
        try {
          await writeFileAtomically(path, `${JSON.stringify(value, undefined, 2)}\n`);
        } catch (error) {
          logger.warn(`Cannot remember ${subject}: ${(error as Error).message}`);
        }
      });
      await lastWrite;
    },
  };
};

const loadKept = async <T extends { version: number }>(
  input: KeptFileInput<T>,
): Promise<Loaded<T>> => {
  const { path, empty, clock, logger } = input;
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return { value: empty(), access: 'write' };
    }
    logger.warn(`Cannot read ${path}: ${(error as Error).message}`);
    return { value: empty(), access: 'read-only' };
  }
  const parsed = parseKept(text, input);
  if (parsed.kind === 'ok') return { value: parsed.value, access: 'write' };
  if (parsed.kind === 'newer') {
    logger.warn(`${path} was written by a newer porthole; it is left as it is, and not used.`);
    return { value: empty(), access: 'read-only' };
  }
  const aside = `${path}.damaged-${new Date(clock.wallMs()).toISOString().replaceAll(':', '')}`;
  try {
    await rename(path, aside);
  } catch (error) {
    logger.warn(`${path} is damaged, and cannot be put aside: ${(error as Error).message}`);
    return { value: empty(), access: 'read-only' };
  }
  logger.warn(`${path} is damaged; it is kept as ${aside}, and porthole starts afresh.`);
  return { value: empty(), access: 'write' };
};

const parseKept = <T extends { version: number }>(
  text: string,
  { schema, empty }: Pick<KeptFileInput<T>, 'schema' | 'empty'>,
): { kind: 'ok'; value: T } | { kind: 'newer' } | { kind: 'damaged' } => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: 'damaged' };
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return { kind: 'ok', value: parsed.data };
  const version = z.object({ version: z.number().gt(empty().version) }).safeParse(value);
  return { kind: version.success ? 'newer' : 'damaged' };
};
