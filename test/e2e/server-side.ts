import { access } from 'node:fs/promises';
import { expect } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import type { Lab } from '../lab/lab.ts';
import { killAll, type LivingProcess, processesWith } from '../lab/processes.ts';
import { remoteRuntimeEntries } from '../lab/remote-runtime.ts';
import type { Workplace } from './workplace.ts';

/** A viewer that porthole has started on a lab's server. */
export interface ViewerThere {
  readonly process: LivingProcess;
  /** Its session's runtime directory. */
  readonly directory: string;
}

const DIRECTORY_VARIABLE = 'PORTHOLE_SESSION_DIRECTORY=';

/** The viewers that run on a lab's server, oldest first. */
export const viewersOn = async (lab: Lab): Promise<readonly ViewerThere[]> => {
  const found = (await processesWith(lab.marker)).flatMap((one) => {
    const variable = one.environment.find((entry) => entry.startsWith(DIRECTORY_VARIABLE));
    const isViewer = one.args.includes('porthole-viewer');
    if (variable === undefined || !isViewer) return [];
    return [{ process: one, directory: variable.slice(DIRECTORY_VARIABLE.length) }];
  });
  return found.sort((a, b) => Number(a.process.startTime) - Number(b.process.startTime));
};

/**
 * The only viewer on a lab's server.
 *
 * @throws Error where there is none, or more than one
 */
export const viewerOn = async (lab: Lab): Promise<ViewerThere> => {
  const [viewer, ...others] = await viewersOn(lab);
  if (viewer !== undefined && others.length === 0) return viewer;
  throw new Error(`Expected one viewer, found ${viewer === undefined ? 0 : 1 + others.length}.`);
};

/** What of porthole there is on a lab's server: processes, connections, and these directories. */
export const remainsOn = async (
  lab: Lab,
  directories: readonly string[],
): Promise<readonly string[]> => {
  const processes = await processesWith(lab.marker);
  const connections = await lab.connections();
  // What lies there for an account of the lab's own is this lab's.
  const ownAccount = lab.uid !== process.getuid?.();
  const runtime = ownAccount ? await remoteRuntimeEntries(lab.uid) : [];
  const left = await Promise.all(
    directories.map((path) =>
      access(path).then(
        () => [path],
        () => [],
      ),
    ),
  );
  return [
    ...processes.map(({ pid, args }) => `${pid} ${args.join(' ').slice(0, 200)}`),
    ...(connections === 0 ? [] : [`${connections} connections`]),
    ...left.flat(),
    ...runtime,
  ];
};

const GOING_LIMIT_MS = 20_000;

/**
 * Nothing of porthole is on either side. sshd ends a connection some time after the client has gone,
 * which no event tells here.
 */
export const expectNothingLeft = async (
  workplace: Workplace,
  servers: readonly { readonly lab: Lab; readonly viewers: readonly ViewerThere[] }[],
): Promise<void> => {
  expect(await workplace.remains()).toEqual([]);
  for (const { lab, viewers } of servers) {
    const directories = viewers.map(({ directory }) => directory);
    // Not by expect.poll, which does not know its test where tests run side by side.
    const deadlineMs = systemClock.monotonicMs() + GOING_LIMIT_MS;
    let left = await remainsOn(lab, directories);
    while (left.length > 0 && systemClock.monotonicMs() < deadlineMs) {
      await systemClock.sleep(20);
      left = await remainsOn(lab, directories);
    }
    expect(left).toEqual([]);
  }
};

/** Pid of the only ControlMaster of a workplace. */
export const masterOf = async (here: Workplace): Promise<number> => {
  const masters = (await processesWith(here.directory)).filter(({ args }) => args.includes('-M'));
  expect(masters).toHaveLength(1);
  return masters[0]?.pid ?? Number.NaN;
};

const ENDING_LIMIT_MS = 10_000;

/** Ends what a test that failed has left on a lab's server: watchdogs clean up when they are told to end. */
export const endSessionsOn = async (lab: Lab): Promise<void> => {
  const find = () => processesWith(lab.marker);
  const left = await find();
  for (const { pid } of left) signalIfThere(pid);
  const deadlineMs = systemClock.monotonicMs() + ENDING_LIMIT_MS;
  while ((await find()).length > 0 && systemClock.monotonicMs() < deadlineMs) {
    await systemClock.sleep(20);
  }
  await killAll(find);
};

const signalIfThere = (pid: number): void => {
  try {
    process.kill(pid, 'SIGTERM');
  } catch {
    // It ended by itself since it was listed.
  }
};

/** A hub in the background is no child of ours: no event tells its end. */
export const expectHubGone = (workplace: Workplace): Promise<void> =>
  expect.poll(() => workplace.remains(), { timeout: GOING_LIMIT_MS }).toEqual([]);
