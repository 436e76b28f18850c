import type { ExperimentServer } from '../e2e/server.ts';
import { viewersOn } from '../e2e/server-side.ts';
import type { Workplace } from '../e2e/workplace.ts';
import { type LivingProcess, listProcesses, processesWith } from '../lab/processes.ts';
import type { Actor } from './sequence.ts';

/** Where a session runs: the user's machine and the server, both on this one. */
export interface Place {
  readonly here: Workplace;
  readonly server: ExperimentServer;
  /** The process that opened the session, and holds the hub. */
  readonly hubPid: number;
}

/** The process of an actor at this moment; undefined where there is none (yet, or any more). */
export const findActor = async (
  actor: Actor,
  { here, server, hubPid }: Place,
): Promise<LivingProcess | undefined> => {
  switch (actor) {
    case 'hub':
      return (await listProcesses()).find(({ pid }) => pid === hubPid);
    case 'master':
      return (await processesWith(here.directory)).find(({ args }) => args.includes('-M'));
    case 'viewer':
      return (await viewersOn(server.lab)).at(-1)?.process;
    case 'watchdog': {
      const viewer = await findActor('viewer', { here, server, hubPid });
      return (await agentsOn(server)).find(({ pid }) => pid === viewer?.ppid);
    }
    case 'agent': {
      const agents = await agentsOn(server);
      const viewers = await viewersOn(server.lab);
      // A watchdog is a fork of its agent, and carries its name.
      return agents.find(({ pid }) => viewers.every(({ process }) => process.ppid !== pid));
    }
  }
};

const agentsOn = async ({ lab }: ExperimentServer): Promise<readonly LivingProcess[]> =>
  (await processesWith(lab.marker)).filter(
    ({ args }) =>
      args[0]?.includes('python') && args.some((text) => text.includes('porthole_loader')),
  );
