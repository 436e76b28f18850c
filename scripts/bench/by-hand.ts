import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { systemClock } from '../../src/core/clock.ts';
import type { Lab } from '../../test/lab/lab.ts';
import { labRunner } from '../../test/lab/run.ts';
import { trivialViewer } from '../../test/lab/trivial-viewer/trivial-viewer.ts';
import { getOk } from './http.ts';

export interface ByHandInput {
  readonly lab: Pick<Lab, 'alias' | 'configFile'>;
  /** Interpreter on the server. */
  readonly python: string;
  /** An empty directory for both ends of the tunnel: the server is this machine. */
  readonly directory: string;
}

/**
 * What a person could do by hand in one connection, without a moment lost: ssh logs in, sets up the
 * tunnel and starts the viewer, and the first request goes out as soon as the viewer says that it
 * listens. No search, no check, no watchdog: the floor for `open`.
 *
 * @returns seconds to the first 200 through the tunnel
 */
export const openByHand = async ({ lab, python, directory }: ByHandInput): Promise<number> => {
  const local = join(directory, 'local.sock');
  const remote = join(directory, 'remote.sock');
  const { argv, input } = trivialViewer({ python });
  const command = argv.map((word) => `'${word}'`).join(' ');
  const startedMs = systemClock.monotonicMs();
  const ssh = labRunner.start({
    file: 'ssh',
    args: [
      ...['-F', lab.configFile, '-M', '-S', join(directory, 'ctl'), '-o', 'ControlPersist=no'],
      ...['-L', `${local}:${remote}`, lab.alias, `exec ${command}`],
    ],
  });
  try {
    ssh.stdin.write(input.replace('{socket}', remote));
    for await (const line of createInterface({ input: ssh.stdout })) {
      if (!line.startsWith('\x1e')) continue;
      await getOk({ place: { socketPath: local }, path: '/api/health' });
      return (systemClock.monotonicMs() - startedMs) / 1000;
    }
    throw new Error(`The viewer by hand has ended:\n${ssh.stderr.text()}`);
  } finally {
    ssh.stdin.end();
    await ssh.exited;
    // Neither ssh nor the viewer removes what it has bound.
    await Promise.all([local, remote].map((path) => rm(path, { force: true })));
  }
};
