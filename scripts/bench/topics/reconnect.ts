import { systemClock } from '../../../src/core/clock.ts';
import { labRunner } from '../../../test/lab/run.ts';
import { proportionalMb, watchCpu } from '../cpu.ts';
import { median, ratio } from '../figure.ts';
import { get, getOk } from '../http.ts';
import { type OpenPlace, type Rows, withSession } from '../open-place.ts';
import { measureRounds } from '../rounds.ts';
import type { Stage } from '../stage.ts';
import type { Topic } from '../topic.ts';
import { ownProcesses } from '../tunnel.ts';

const PATH = '/api/health';
/** Each way. */
const FAR_DELAY_MS = 25;

/** What a lost link costs the user, and what keeping watch costs. */
export const reconnect: Topic = {
  name: 'reconnect',
  measure: async (stage) => [
    ...(await withSession(stage, { delayMs: 0 }, (place) => comeBack(stage, place, 'near'))),
    ...(await withSession(stage, { delayMs: FAR_DELAY_MS }, (place) =>
      comeBack(stage, place, 'far'),
    )),
    ...(await withSession(stage, { delayMs: 0 }, (place) => notice(stage, place))),
    ...(await withSession(stage, { delayMs: 0 }, (place) => keepWatch(stage, place))),
  ],
};

const comeBack = async (
  { rounds, signal }: Stage,
  { lab, viewer, retry }: OpenPlace,
  distance: 'near' | 'far',
): Promise<Rows> => {
  const coldSsh = async () => {
    const startedMs = systemClock.monotonicMs();
    const args = ['-F', lab.configFile, lab.alias, 'true'];
    const { exitCode, stderr } = await labRunner.run({ file: 'ssh', args });
    if (exitCode !== 0) throw new Error(`ssh failed: ${stderr}`);
    return (systemClock.monotonicMs() - startedMs) / 1000;
  };
  const samples = await measureRounds({
    rounds,
    signal,
    contenders: {
      ssh: coldSsh,
      again: coldSsh,
      back: async () => {
        // Again after the first attempt, which comes at once and finds nobody.
        const waits = viewer.next('waiting', 2);
        lab.relay?.cut();
        await waits;
        const startedMs = systemClock.monotonicMs();
        lab.relay?.restore();
        const taken = retry();
        await getOk({ place: viewer.place, path: PATH, headers: viewer.headers });
        const tookS = (systemClock.monotonicMs() - startedMs) / 1000;
        await taken;
        return tookS;
      },
    },
  });
  const { ssh, again, back } = samples;
  const seconds = (of: readonly number[]) => `${median(of).toFixed(3)} s`;
  return [
    { name: `noise, ${distance}: ssh HOST true to itself`, value: ratio(again, ssh), unit: 'x' },
    {
      name: `link's return to 200 at the old address, ${distance}, to ssh HOST true`,
      value: ratio(back, ssh),
      unit: 'x',
      bound: { kind: 'at-most', value: 1.5 },
      note: `${seconds(back)} to ${seconds(ssh)}`,
    },
  ];
};

const notice = async (
  { rounds, signal }: Stage,
  { lab, viewer, retry }: OpenPlace,
): Promise<Rows> => {
  const ask = () => get({ place: viewer.place, path: PATH, headers: viewer.headers });
  const lose = (request: 'none' | 'waiting') => async () => {
    await ask();
    const lost = viewer.next('waiting');
    lab.relay?.blackhole();
    const startedMs = systemClock.monotonicMs();
    const answer = request === 'waiting' ? ask().catch(() => undefined) : undefined;
    const tookS = ((await lost) - startedMs) / 1000;
    lab.relay?.restore();
    while ((await retry()) !== 'ready') signal.throwIfAborted();
    await answer;
    return tookS;
  };
  const { idle, waiting } = await measureRounds({
    rounds: Math.min(rounds, 3),
    signal,
    contenders: { idle: lose('none'), waiting: lose('waiting') },
  });
  return [
    {
      name: 'a black hole, noticed while nobody waits (longest)',
      value: Math.max(...idle),
      unit: 's',
      bound: { kind: 'at-most', value: 20 },
    },
    {
      name: 'a black hole, noticed while a request waits (longest)',
      value: Math.max(...waiting),
      unit: 's',
      bound: { kind: 'at-most', value: 6 },
    },
  ];
};

const keepWatch = async ({ watchS, signal }: Stage, { lab, viewer }: OpenPlace): Promise<Rows> => {
  const { there } = await ownProcesses(viewer.pid, lab);
  const cost = await watchCpu({ there }, () => systemClock.sleep(watchS * 1000, { signal }));
  const memory = await Promise.all(there.map(proportionalMb));
  const note = `one session, watched for ${watchS} s`;
  return [
    {
      name: 'agent and watchdog, of a core',
      value: cost.there.percent,
      unit: '%',
      bound: { kind: 'at-most', value: 0.2 },
      note,
    },
    {
      name: 'agent and watchdog, memory',
      value: memory.reduce((sum, mb) => sum + mb, 0),
      unit: 'MB',
      bound: { kind: 'at-most', value: 25 },
      note: 'proportional: what they share is counted once',
    },
  ];
};
