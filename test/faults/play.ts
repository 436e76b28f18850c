import { systemClock } from '../../src/core/clock.ts';
import type { RunningPorthole } from '../e2e/workplace.ts';
import { jumpClock } from '../lab/jumping-clock.ts';
import { findActor, type Place } from './actors.ts';
import { fillDisk } from './disk.ts';
import type { Fault, Sequence } from './sequence.ts';

/** What was done to a session, as far as it decides what may be expected of it. */
export interface Deeds {
  /** Actors that were really killed: there were such processes at that moment. */
  readonly killed: ReadonlySet<string>;
  /** Commands that other terminals have begun. */
  readonly others: readonly RunningPorthole[];
}

/** Undoes a fault that lasts: thaws, restores the link. */
export type Heal = () => void;

export interface Play extends Deeds {
  /** Makes right again all that is still broken. */
  heal(): void;
}

/** Plays the faults of a sequence on a session, one after the other. */
export const playFaults = async (
  { faults, endsWhile }: Sequence,
  place: Place,
  open: {
    readonly again: () => RunningPorthole;
    readonly elsewhere: () => Promise<RunningPorthole>;
  },
): Promise<Play> => {
  const killed = new Set<string>();
  const others: RunningPorthole[] = [];
  const unhealed: Heal[] = [];
  const last = faults.at(-1);
  for (const fault of faults) {
    const stays = endsWhile === 'broken' && fault === last;
    await play(fault, { place, killed, others, unhealed, open, stays });
  }
  return {
    killed,
    others,
    heal: () => {
      for (const undo of unhealed.splice(0)) undo();
    },
  };
};

interface Stage {
  readonly place: Place;
  readonly killed: Set<string>;
  readonly others: RunningPorthole[];
  readonly unhealed: Heal[];
  readonly open: Parameters<typeof playFaults>[2];
  /** The fault is not healed before the session ends. */
  readonly stays: boolean;
}

const play = async (fault: Fault, stage: Stage): Promise<void> => {
  const { place, killed, others } = stage;
  const { lab } = place.server;
  switch (fault.kind) {
    case 'kill': {
      const victim = await findActor(fault.actor, place);
      if (victim !== undefined && signal(victim.pid, 'SIGKILL')) killed.add(fault.actor);
      return;
    }
    case 'freeze': {
      const victim = await findActor(fault.actor, place);
      if (victim === undefined || !signal(victim.pid, 'SIGSTOP')) return;
      return last(fault.ms, stage, () => signal(victim.pid, 'SIGCONT'));
    }
    case 'outage':
      if (fault.how === 'cut') lab.relay?.cut();
      else lab.relay?.blackhole();
      return last(fault.ms, stage, () => lab.relay?.restore());
    case 'slow-link':
      lab.relay?.setDelay(fault.delayMs);
      return last(fault.ms, stage, () => lab.relay?.setDelay(0));
    case 'restart-sshd':
      return lab.restart();
    case 'second-open':
      others.push(stage.open.again());
      return;
    case 'second-hub':
      others.push(await stage.open.elsewhere());
      return;
    case 'half-close':
      lab.relay?.halfClose(fault.deaf);
      return;
    case 'strand':
      lab.relay?.strand();
      // sshd holds such a connection for hours, which is no fault of ours.
      stage.unhealed.push(() => lab.relay?.restore());
      return;
    case 'clock-jump':
      return jumpClock(place.hubPid, fault.hours);
    case 'disk-full':
      return last(fault.ms, stage, await fillDisk(lab));
    case 'retry':
      others.push(place.here.start(['retry', lab.alias]));
      return;
    case 'pause':
      return systemClock.sleep(fault.ms);
  }
};

const last = async (ms: number, { unhealed, stays }: Stage, heal: Heal): Promise<void> => {
  if (stays) {
    unhealed.push(heal);
    return;
  }
  await systemClock.sleep(ms);
  heal();
};

/** Whether there was somebody to signal. */
const signal = (pid: number, name: NodeJS.Signals): boolean => {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
};
