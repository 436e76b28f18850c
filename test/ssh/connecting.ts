import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/core/clock.ts';
import { silentLogger } from '../../src/core/logger.ts';
import type { Prompting } from '../../src/ssh/argv.ts';
import { type AskpassAttempt, startBroker } from '../../src/ssh/askpass/broker.ts';
import { type Prompter, refusingPrompter } from '../../src/ssh/askpass/prompt.ts';
import { type Master, startMaster } from '../../src/ssh/master.ts';
import { createRunner, type Runner } from '../../src/ssh/runner.ts';
import type { SshTarget } from '../../src/ssh/target.ts';
import { makeAskpassProgram } from './askpass/askpass-program.ts';

export interface ConnectInput {
  readonly target: SshTarget;
  readonly prompter?: Prompter;
  readonly prompting?: Prompting;
  readonly remoteCommand?: string;
  readonly controlPath?: string;
  readonly overrides?: readonly string[];
}

/** All that porthole needs here to start masters, in a directory of its own. */
export interface Workshop {
  readonly runner: Runner;
  readonly directory: string;
  readonly lastAttempt: () => AskpassAttempt | undefined;
  connect(input: ConnectInput): Promise<Master>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Says `up` and then whatever it is told, until its stdin ends. */
export const ECHO_COMMAND = "exec sh -c 'echo up; exec cat'";

export const openWorkshop = async (): Promise<Workshop> => {
  const directory = await mkdtemp(join(tmpdir(), 'ph-ssh-'));
  const common = { clock: systemClock, logger: silentLogger };
  const runner = createRunner({ ...common, baseEnv: process.env });
  const broker = await startBroker({
    ...common,
    socketPath: join(directory, 'askpass.sock'),
    program: await makeAskpassProgram(directory),
  });
  let attempt: AskpassAttempt | undefined;
  let masters = 0;
  return {
    runner,
    directory,
    lastAttempt: () => attempt,
    connect: ({ target, prompter = refusingPrompter, ...input }) => {
      attempt = broker.attempt({ host: target.host, prompter });
      return startMaster({
        runner,
        clock: systemClock,
        ssh: 'ssh',
        target,
        controlPath: join(directory, `ctl-${++masters}`),
        remoteCommand: ECHO_COMMAND,
        prompting: 'interactive',
        connectTimeoutMs: 15_000,
        askpass: attempt,
        ...input,
      });
    },
    [Symbol.asyncDispose]: async () => {
      await runner.stopAll();
      await broker.close();
      await rm(directory, { recursive: true });
    },
  };
};

/** Waits until the echo command answers; throws the named failure where it does not. */
export const untilUp = async (master: Master): Promise<void> => {
  const up = new Promise<'up'>((resolve) => {
    let seen = '';
    master.stdout.on('data', (chunk: Buffer) => {
      seen += chunk.toString();
      if (/^up$/m.test(seen)) resolve('up');
    });
  });
  const first = await Promise.race([up, master.exited]);
  if (first !== 'up') throw first.kind === 'failed' ? first.error : new Error('closed');
  master.markOpen();
};
