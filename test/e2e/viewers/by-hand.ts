import { createInterface } from 'node:readline';
import { systemClock } from '../../../src/core/clock.ts';
import type { RunningProcess } from '../../../src/ssh/runner.ts';
import { labRunner } from '../../lab/run.ts';
import { get } from '../http.ts';

/** A viewer as its user starts it on the server, without porthole. */
export interface ByHand extends AsyncDisposable {
  readonly process: RunningProcess;
  readonly pid: number;
  readonly port: number;
  isAlive(): boolean;
  end(): Promise<void>;
}

export interface ByHandInput {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Starts it and waits until it names the port that it serves. It ends with the test. */
export const startByHand = async (input: ByHandInput): Promise<ByHand> => {
  const started = labRunner.start(input);
  const pid = started.pid ?? Number.NaN;
  let over = false;
  void started.exited.then(() => {
    over = true;
  });
  const end = async () => {
    if (!over) process.kill(pid, 'SIGTERM');
    await started.exited;
  };
  const named = new Promise<number>((resolve) => {
    const look = (line: string) => {
      const port = /https?:\/\/(?:localhost|127\.0\.0\.1):(\d+)/.exec(line)?.[1];
      if (port !== undefined) resolve(Number(port));
    };
    createInterface({ input: started.stdout }).on('line', look);
    started.stderr.onLine(look);
  });
  const port = await Promise.race([named, started.exited.then(() => undefined)]);
  if (port === undefined) throw new Error(`It has ended:\n${started.stderr.text()}`);
  // Some name their address before they listen there; no event tells when they do.
  while (!over && (await get(`http://127.0.0.1:${port}/`).catch(() => undefined)) === undefined) {
    await systemClock.sleep(20);
  }
  return {
    ...{ process: started, pid, port, end },
    isAlive: () => !over,
    [Symbol.asyncDispose]: end,
  };
};
