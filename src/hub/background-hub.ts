import * as z from 'zod';
import type { Clock } from '../core/clock.ts';
import { PortholeError } from '../core/errors.ts';
import type { HubClient } from './client.ts';
import { errorFrom, errorMessage, errorSchema } from './messages.ts';

/** What a hub in the background tells the process that started it, as JSON. */
export const startedSchema = z.union([
  /** It listens; or another one does already. */
  z.object({ hub: z.literal('listening') }),
  errorSchema,
]);

/** The words of a hub in the background for its starter. */
export const startReport = (error?: PortholeError): string =>
  JSON.stringify(
    (error === undefined ? { hub: 'listening' } : errorMessage(error)) satisfies z.infer<
      typeof startedSchema
    >,
  );

export interface FindOrStartInput {
  /** The running hub, if there is one. */
  readonly find: () => Promise<HubClient | undefined>;
  /** Starts one in the background; resolves with its report. */
  readonly start: (signal: AbortSignal) => Promise<string>;
  readonly clock: Clock;
}

/** One that waits for another to end takes the longest. */
const START_LIMIT_MS = 45_000;
/**
 * The hub that a start comes to may be another's, and end with what that had open before it is called.
 * Where many come and go at once, this happens several times in a row.
 */
const MAX_STARTS = 20;

/**
 * The running hub, or one that is started in the background.
 *
 * @throws PortholeError as the new hub fails; `hub-unreachable`
 */
export const findOrStartHub = async (input: FindOrStartInput): Promise<HubClient> => {
  for (let start = 1; start <= MAX_STARTS; start++) {
    const client = await input.find();
    if (client !== undefined) return client;
    await startHub(input);
  }
  const client = await input.find();
  if (client === undefined) throw noHub('it has ended again');
  return client;
};

const startHub = async ({ start, clock }: FindOrStartInput): Promise<void> => {
  const limit = clock.timeout(START_LIMIT_MS, () => noHub('it did not become ready in time'));
  try {
    const report = parseReport(await start(limit.signal));
    if ('error' in report) throw errorFrom(report);
  } finally {
    limit.cancel();
  }
};

const parseReport = (text: string): z.infer<typeof startedSchema> => {
  try {
    return startedSchema.parse(JSON.parse(text));
  } catch {
    throw noHub('it ended at once');
  }
};

const noHub = (reason: string): PortholeError =>
  new PortholeError({
    code: 'hub-unreachable',
    message: `porthole could not be left in the background: ${reason}.`,
    hint: 'The end of hub.log in its state directory may say why; without --detach it runs in this terminal.',
  });
