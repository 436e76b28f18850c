import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { systemClock } from '../../../src/core/clock.ts';
import { silentLogger } from '../../../src/core/logger.ts';
import { type Connection, openConnection } from '../../../src/remote/connection.ts';
import { startBroker } from '../../../src/ssh/askpass/broker.ts';
import { refusingPrompter } from '../../../src/ssh/askpass/prompt.ts';
import { findSsh } from '../../../src/ssh/find-ssh.ts';
import { type Lab, startLab } from '../../../test/lab/lab.ts';
import { labRunner, runOrThrow } from '../../../test/lab/run.ts';
import { type Figure, median } from '../figure.ts';
import { FAR_ROUND_TRIP_MS, relayOf, type Stage } from '../stage.ts';
import type { Topic } from '../topic.ts';

const LAYOUTS = fileURLToPath(new URL('../../../test/lab/environment-layouts.py', import.meta.url));
const FEW = { venvs: 30, condas: 20, packages: 200, seconds: 0.3 };
const MANY = { venvs: 300, condas: 200, packages: 100, seconds: 2 };

/** The search for environments, over a link of 50 ms, on a server that has many. */
export const probe: Topic = {
  name: 'probe',
  measure: async (stage) => [
    ...(await measureHome(stage, FEW)),
    ...(await measureHome(stage, MANY)),
  ],
};

const measureHome = async (
  stage: Stage,
  { venvs, condas, packages, seconds }: typeof FEW,
): Promise<readonly Omit<Figure, 'topic'>[]> => {
  const lab = await startLab(relayOf('far'));
  try {
    const sizes = ['--venvs', venvs, '--condas', condas, '--packages', packages].map(String);
    await runOrThrow({ file: 'python3', args: [LAYOUTS, lab.home, ...sizes] });
    const agentMs: number[] = [];
    const roundTrips: number[] = [];
    // A connection each: the modules of the probe travel with the first request on it.
    for (let round = 0; round <= stage.rounds; round++) {
      stage.signal.throwIfAborted();
      const { result, waitedMs } = await onConnection(stage, lab, probeOnce(stage, lab));
      if (result.environments.length < venvs + condas) throw new Error('Environments are missing.');
      if (round === 0) continue;
      agentMs.push(result.ms);
      roundTrips.push((waitedMs - result.ms) / FAR_ROUND_TRIP_MS);
    }
    const what = `${venvs + condas} environments`;
    const note = `${venvs} venvs and ${condas} conda prefixes with ${packages} packages each`;
    return [
      {
        name: `${what}, in the agent`,
        value: median(agentMs) / 1000,
        unit: 's',
        bound: { kind: 'at-most', value: seconds },
        note,
      },
      {
        name: `${what}, round trips (what was waited beyond the agent's time, by 50 ms)`,
        value: median(roundTrips),
        unit: '',
        bound: { kind: 'at-most', value: 1.9 },
      },
      {
        name: `${what}, interpreters started for them`,
        value: await countStarts(lab),
        unit: '',
        bound: { kind: 'at-most', value: 0 },
      },
    ];
  } finally {
    await lab[Symbol.asyncDispose]();
  }
};

const probeOnce =
  ({ signal }: Stage, lab: Lab) =>
  async (connection: Connection) => {
    await connection.established(signal);
    const startedMs = systemClock.monotonicMs();
    const request = {
      distributions: ['runicorn'],
      data: {},
      running: {},
      storage: [lab.home],
      prefixes: [],
    };
    const result = await connection.probe(request, signal);
    return { result, waitedMs: systemClock.monotonicMs() - startedMs };
  };

/** Connects as a session does, without one. */
const onConnection = async <T>(
  stage: Stage,
  lab: Lab,
  work: (connection: Connection) => Promise<T>,
): Promise<T> => {
  const common = { clock: systemClock, logger: silentLogger };
  const runtimeDirectory = await stage.directory('probe');
  const socketPath = join(runtimeDirectory, 'askpass.sock');
  const broker = await startBroker({ ...common, socketPath, program: await stage.program() });
  const connection = await openConnection(
    {
      target: { host: lab.alias, configFile: lab.configFile },
      sshEnvironment: {},
      prompter: refusingPrompter,
      prompting: 'batch',
      knownPython: undefined,
    },
    {
      ...{ runner: labRunner, clock: systemClock, runtimeDirectory, newName: () => 'c' },
      ssh: () => findSsh({ searchPath: process.env.PATH }),
      home: lab.home,
      broker: async () => broker,
    },
  );
  try {
    return await work(connection);
  } finally {
    await connection.close();
    await broker.close();
  }
};

const countStarts = async (lab: Lab): Promise<number> => {
  const code =
    'import json, runpy, sys; print(json.dumps(runpy.run_path(sys.argv[1])["starts"](sys.argv[2])))';
  const text = await runOrThrow({ file: 'python3', args: ['-c', code, LAYOUTS, lab.home] });
  return z.array(z.string()).parse(JSON.parse(text)).length;
};
