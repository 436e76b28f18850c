import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../../src/core/clock.ts';
import { viewerOf } from '../../../src/viewers/registry.ts';
import { runOrThrow } from '../../../test/lab/run.ts';
import { makeSampleRuns } from '../../../test/lab/sample-runs/sample-runs.ts';
import { startViewer } from '../../../test/lab/start-viewer.ts';
import type { Venv, VenvName } from '../../../test/lab/venvs.ts';
import { difference, type Figure, median } from '../figure.ts';
import { openByPorthole } from '../open.ts';
import { measureRounds } from '../rounds.ts';
import type { Stage } from '../stage.ts';
import type { Topic } from '../topic.ts';

/** Those whose data a script can write, and whose environments are small enough to be made for this. */
const OTHERS = ['tensorboard', 'optuna', 'trackio'] as const;

/** What the clock of a loaded machine is off by. */
const TOLERANCE_S = 0.1;

/** `open` less the viewer's own start, for other viewers and for Runicorn, side by side. */
export const viewers: Topic = {
  name: 'viewers',
  measure: async (stage) => {
    const figures: Omit<Figure, 'topic'>[] = [];
    for (const name of OTHERS) figures.push(...(await measureBeside(stage, name)));
    return figures;
  },
};

const measureBeside = async (
  stage: Stage,
  name: (typeof OTHERS)[number],
): Promise<readonly Omit<Figure, 'topic'>[]> => {
  const own = await contenderOf(stage, name, name);
  const reference = await contenderOf(stage, 'runicorn', 'runicorn-newest');
  const samples = await measureRounds({
    rounds: stage.rounds,
    signal: stage.signal,
    contenders: {
      ownBare: own.bare,
      own: own.open,
      runicornBare: reference.bare,
      runicorn: reference.open,
    },
  });
  const overhead = difference(samples.own, samples.ownBare);
  const allowed = difference(samples.runicorn, samples.runicornBare);
  const seconds = (of: readonly number[]) => `${median(of).toFixed(2)} s`;
  return [
    {
      name: `${name}: Runicorn's open less its bare start, for comparison`,
      value: allowed,
      unit: 's',
    },
    {
      name: `${name}: open less its bare start`,
      value: overhead,
      unit: 's',
      bound: { kind: 'at-most', value: allowed + TOLERANCE_S },
      note: `${seconds(samples.own)} less ${seconds(samples.ownBare)}`,
    },
  ];
};

/** A viewer started by itself on this machine, and opened by porthole on the server. */
const contenderOf = async (stage: Stage, viewer: string, venvName: VenvName) => {
  const [venv, lab, program, home, bareDirectory] = await Promise.all([
    stage.venv(venvName),
    stage.lab('near'),
    stage.program(),
    // Of its own: what is remembered is the viewer of last time.
    stage.directory('home'),
    stage.directory('bare'),
  ]);
  const storage = join(await stage.directory('data'), viewer);
  await writeData(venv, viewer, storage);
  const { healthPath } = viewerOf(viewer);
  return {
    bare: () => timeBareStart({ viewer, venv, storage, directory: bareDirectory }),
    open: async () => {
      const opened = await openByPorthole({
        ...{ program, lab, home, viewer, environment: venv.directory, storage, healthPath },
      });
      await opened.close();
      return opened.openS;
    },
  };
};

const writeData = async (venv: Venv, viewer: string, storage: string): Promise<void> => {
  if (viewer === 'runicorn') {
    await makeSampleRuns({ python: venv.python, storage });
    return;
  }
  const place = new URL(`../../../test/lab/sample-data/write-${viewer}.py`, import.meta.url);
  await runOrThrow({ file: venv.python, args: ['-B', fileURLToPath(place), storage] });
};

interface BareStart {
  readonly viewer: string;
  readonly venv: Venv;
  readonly storage: string;
  /** Becomes its runtime directory. */
  readonly directory: string;
}

/** Seconds from the start of its launcher to its first answer, without porthole. */
const timeBareStart = async ({ viewer, venv, storage, directory }: BareStart): Promise<number> => {
  const adapter = viewerOf(viewer);
  const spec = adapter.launch({
    ...{ session: 'bench', python: venv.python, environment: null, storage },
    ...{ access: 'read-only', secret: 'bench' },
  });
  const startedMs = systemClock.monotonicMs();
  const env = { ...spec.env, HOME: directory, XDG_CONFIG_HOME: join(directory, 'config') };
  const started = await startViewer({ ...spec, env }, directory);
  await started.get(adapter.healthPath);
  const seconds = (systemClock.monotonicMs() - startedMs) / 1000;
  await started.process.terminate();
  await rm(join(directory, 'viewer.sock'), { force: true });
  return seconds;
};
