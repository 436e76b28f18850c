import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Lab, startLab } from '../../../test/lab/lab.ts';
import { makeSampleRuns } from '../../../test/lab/sample-runs/sample-runs.ts';
import type { Venv } from '../../../test/lab/venvs.ts';
import { difference, type Figure, median, ratio } from '../figure.ts';
import { openByPorthole } from '../open.ts';
import { measureRounds } from '../rounds.ts';
import { startOwnRemote, timeBareStart } from '../runicorn.ts';
import { type Distance, relayOf, type Stage } from '../stage.ts';
import type { Topic } from '../topic.ts';

const VERSIONS = ['runicorn-0.5', 'runicorn-newest'] as const;
type Version = (typeof VERSIONS)[number];

/** Seconds on top of the viewer's bare start. */
const AT_MOST: Readonly<Record<Distance, number>> = { near: 0.6, far: 1.1 };

/** `open` with Runicorn, against its bare start and against Runicorn's own remote feature. */
export const runicorn: Topic = {
  name: 'runicorn',
  measure: async (stage) => {
    const figures: Omit<Figure, 'topic'>[] = [];
    for (const version of VERSIONS) {
      for (const distance of ['near', 'far'] as const) {
        figures.push(...(await measureAt(stage, version, distance)));
      }
    }
    return figures;
  },
};

const measureAt = async (
  stage: Stage,
  version: Version,
  distance: Distance,
): Promise<readonly Omit<Figure, 'topic'>[]> => {
  const [venv, programs] = await Promise.all([stage.venv(version), stage.directory('bin')]);
  // When a start of its own fails, Runicorn ends whatever listens on the port: not here.
  await writeFile(join(programs, 'lsof'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  // Runicorn's remote feature takes the python3 that it finds in PATH.
  const path = [dirname(venv.python), programs, process.env.PATH].join(':');
  const lab = await startLab({ ...relayOf(distance), setEnv: { PATH: path } });
  try {
    const samples = await measureRunicorn(stage, venv, lab);
    return figuresOf(samples, `${version}, ${distance}`, AT_MOST[distance]);
  } finally {
    await lab[Symbol.asyncDispose]();
  }
};

const measureRunicorn = async (stage: Stage, venv: Venv, lab: Lab) => {
  const { rounds, signal } = stage;
  const program = await stage.program();
  const storage = join(lab.home, 'experiments');
  await makeSampleRuns({ python: venv.python, storage });
  const home = await stage.directory('home');
  const bareDirectory = await stage.directory('bare');
  const bareStart = () => timeBareStart({ venv, storage, directory: bareDirectory });
  const directory = await stage.directory('own');
  const own = await startOwnRemote({ venv, storage, directory, lab });
  try {
    return await measureRounds({
      rounds,
      signal,
      contenders: {
        bare: bareStart,
        again: bareStart,
        porthole: async () => {
          const opened = await openByPorthole({
            ...{ program, lab, home, viewer: 'runicorn' },
            ...{ environment: venv.directory, storage },
          });
          await opened.close();
          return opened.openS;
        },
        own: own.open,
      },
    });
  } finally {
    await own.close();
  }
};

const figuresOf = (
  { bare, again, porthole, own }: Awaited<ReturnType<typeof measureRunicorn>>,
  where: string,
  atMostS: number,
): readonly Omit<Figure, 'topic'>[] => {
  const seconds = (of: readonly number[]) => `${median(of).toFixed(2)} s`;
  return [
    { name: `noise, ${where}: bare start against itself`, value: ratio(again, bare), unit: 'x' },
    {
      name: `${where}: open less the bare start`,
      value: difference(porthole, bare),
      unit: 's',
      bound: { kind: 'at-most', value: atMostS },
      note: `${seconds(porthole)} less ${seconds(bare)}`,
    },
    {
      name: `${where}: Runicorn's own remote feature to porthole`,
      value: ratio(own, porthole),
      unit: 'x',
      note: `${seconds(own)} to ${seconds(porthole)}`,
    },
  ];
};
