import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { labMarker } from './directory.ts';
import type { LabOptions } from './lab.ts';
import { findFreePort, PortTakenError, type Sshd, startSshd } from './sshd.ts';
import { sshdConfig } from './sshd-config.ts';

/** The lab's sshd, which can go down and come up again on its port. */
export interface Server extends Sshd {
  readonly port: number;
  restart(): Promise<void>;
}

const MAX_PORTS_TRIED = 20;

/** Starts sshd on a port of the system's choice. */
export const serve = async (
  options: LabOptions,
  directory: string,
  home: string,
): Promise<Server> => {
  const marker = labMarker(directory);
  const [markerName = '', markerValue = ''] = marker.split('=');
  const env = { [markerName]: markerValue };
  const configFile = join(directory, 'sshd_config');

  const start = async (port: number): Promise<Sshd> => {
    const config = sshdConfig({
      directory,
      port,
      options: options.sshd ?? {},
      keyExchange: options.keyExchange ?? 'quick',
      passwords: options.account?.password === undefined ? 'refused' : 'accepted',
      banner: options.banner === undefined ? 'none' : 'shown',
      env: { ...env, ...(options.home === 'real' ? {} : { HOME: home }), ...options.setEnv },
    });
    await writeFile(configFile, config);
    return await startSshd({ configFile, mounts: options.mounts ?? [], env });
  };

  const { port, sshd: first } = await startOnFreePort(start);
  let sshd = first;
  let earlierLog = '';
  return {
    port,
    log: () => earlierLog + sshd.log(),
    connections: () => sshd.connections(),
    stop: () => sshd.stop(),
    restart: async () => {
      await sshd.stop();
      earlierLog += sshd.log();
      sshd = await start(port);
    },
  };
};

const startOnFreePort = async (
  start: (port: number) => Promise<Sshd>,
): Promise<{ port: number; sshd: Sshd }> => {
  for (let tried = 1; ; tried++) {
    const port = await findFreePort();
    try {
      return { port, sshd: await start(port) };
    } catch (error) {
      if (!(error instanceof PortTakenError) || tried === MAX_PORTS_TRIED) throw error;
    }
  }
};
