import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openByHand } from '../by-hand.ts';
import { type Figure, median, ratio } from '../figure.ts';
import { openByPorthole } from '../open.ts';
import { TRIVIAL_ID } from '../registry.ts';
import { measureRounds } from '../rounds.ts';
import type { Distance, Stage } from '../stage.ts';
import type { Topic } from '../topic.ts';

const AT_MOST: Readonly<Record<Distance, number>> = { near: 1.5, far: 1.2 };

/** `open` of a known host, no hub running, with a viewer that costs nothing, against the floor. */
export const open: Topic = {
  name: 'open',
  measure: async (stage) => [
    ...(await measureAt(stage, 'near')),
    ...(await measureAt(stage, 'far')),
  ],
};

const measureAt = async (
  stage: Stage,
  distance: Distance,
): Promise<readonly Omit<Figure, 'topic'>[]> => {
  const { rounds, signal } = stage;
  const [program, lab, venv] = await Promise.all([
    stage.program(),
    stage.lab(distance),
    stage.venv('bare'),
  ]);
  const home = await stage.directory('home');
  const where = await stage.directory('hand');
  const byHand = () => openByHand({ lab, python: venv.python, directory: where });
  const byPorthole = async () => {
    const opened = await openByPorthole({
      ...{ program, lab, home, viewer: TRIVIAL_ID },
      ...{ environment: venv.directory, storage: lab.home },
    });
    await opened.close();
    return opened.openS;
  };
  const samples = await measureRounds({
    rounds,
    signal,
    contenders: {
      hand: byHand,
      again: byHand,
      // The round before the counted ones makes the host known.
      known: byPorthole,
      first: async () => {
        await rm(join(home, 'first'), { recursive: true, force: true });
        const opened = await openByPorthole({
          ...{ program, lab, home: join(home, 'first'), viewer: TRIVIAL_ID },
          ...{ environment: venv.directory, storage: lab.home },
        });
        await opened.close();
        return opened.openS;
      },
    },
  });
  const { hand, again, known, first } = samples;
  const seconds = (of: readonly number[]) => `${median(of).toFixed(3)} s`;
  return [
    { name: `noise, ${distance}: by hand against itself`, value: ratio(again, hand), unit: 'x' },
    {
      name: `known host, ${distance}, to the same by hand`,
      value: ratio(known, hand),
      unit: 'x',
      bound: { kind: 'at-most', value: AT_MOST[distance] },
      note: `${seconds(known)} to ${seconds(hand)}`,
    },
    {
      name: `first contact (with probe), ${distance}, to the same by hand`,
      value: ratio(first, hand),
      unit: 'x',
      note: `${seconds(first)} to ${seconds(hand)}`,
    },
  ];
};
