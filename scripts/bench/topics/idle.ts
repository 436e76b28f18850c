import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../../../src/core/clock.ts';
import { residentMb, watchCpu } from '../cpu.ts';
import { openByPorthole } from '../open.ts';
import { TRIVIAL_ID } from '../registry.ts';
import type { Stage } from '../stage.ts';
import type { Topic } from '../topic.ts';
import { ownProcesses } from '../tunnel.ts';

const HOSTS = 5;
const SESSIONS = 20;

/** A hub that holds many sessions that nobody looks at. */
export const idle: Topic = {
  name: 'idle',
  measure: async (stage) => {
    const [program, lab, venv] = await Promise.all([
      stage.program(),
      stage.lab('near'),
      stage.venv('bare'),
    ]);
    const home = await stage.directory('home');
    const configFile = await writeConfig(stage, lab.configFile);
    const open = (number: number) =>
      openByPorthole({
        ...{ program, home, viewer: TRIVIAL_ID, environment: venv.directory, storage: lab.home },
        lab: { alias: alias(number % HOSTS), configFile },
      });
    // The first becomes the hub, which opens the others for the programs that ask it to.
    const hub = await open(0);
    try {
      for (let number = 1; number < SESSIONS; number++) await open(number);
      const { here, there } = await ownProcesses(hub.pid, lab);
      const { signal, watchS } = stage;
      console.log('Holding the sessions');
      const ssh = here.filter((pid) => pid !== hub.pid);
      const cost = await watchCpu({ hub: [hub.pid], ssh, there }, () =>
        systemClock.sleep(watchS * 1000, { signal }),
      );
      const note = `${SESSIONS} sessions on ${HOSTS} hosts, watched for ${watchS} s`;
      return [
        {
          name: 'hub, of a core',
          value: cost.hub.percent,
          unit: '%',
          bound: { kind: 'at-most', value: 1 },
          note,
        },
        {
          name: 'hub, memory',
          value: await residentMb(hub.pid),
          unit: 'MB',
          bound: { kind: 'at-most', value: 120 },
          note,
        },
        { name: 'its ssh processes, of a core', value: cost.ssh.percent, unit: '%' },
        { name: 'agents and watchdogs, of a core', value: cost.there.percent, unit: '%' },
      ];
    } finally {
      await hub.close();
    }
  },
};

const alias = (number: number): string => `server-${number + 1}`;

/** The same server by several names, each a host of its own to porthole. */
const writeConfig = async (stage: Stage, labConfigFile: string): Promise<string> => {
  const path = join(await stage.directory('config'), 'ssh_config');
  const names = Array.from({ length: HOSTS }, (_, number) => alias(number)).join(' ');
  const text = await readFile(labConfigFile, 'utf8');
  await writeFile(path, text.replace(/^Host .*$/m, `Host ${names}`));
  return path;
};
