import { z } from 'zod';
import type { ServedStorage } from './bundled.ts';

/** What a page asks for the charts of the generator's long run. */
export const chartsPath = ({
  run,
  metrics,
}: {
  readonly run: string;
  readonly metrics: number;
}): string => {
  const query = new URLSearchParams({ run });
  for (let number = 0; number < metrics; number++) query.append('metric', `metric${number}/value`);
  return `/api/series?${query}`;
};

/** The newest run of the list, which is the long one where there is no other. */
export const longRunOf = async (one: Pick<ServedStorage, 'read'>) => {
  for (;;) {
    const { columns } = listSchema.parse(await one.read('/api/runs'));
    const [key, id] = [columns.run[0], columns.id[0]];
    if (key !== undefined && id !== undefined) return { key, id };
  }
};

const listSchema = z.object({
  columns: z.object({ run: z.array(z.string()), id: z.array(z.string()) }),
});

/** Asks until all of the run has been read, as a page does while it is not. */
export const untilComplete = async (
  one: Pick<ServedStorage, 'read'>,
  path: string,
): Promise<void> => {
  while (!isComplete(await one.read(path)));
};

/** Whether an answer with charts is of everything that is in the files. */
export const isComplete = (answer: unknown): boolean =>
  progressSchema.parse(answer).progress.every(({ complete }) => complete);

const progressSchema = z.object({ progress: z.array(z.object({ complete: z.boolean() })) });
