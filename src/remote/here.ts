import { rm, symlink } from 'node:fs/promises';
import type { Clock } from '../core/clock.ts';
import { PortholeError } from '../core/errors.ts';
import type { Master, MasterEnd } from '../ssh/master.ts';
import type { Runner } from '../ssh/runner.ts';
import { settlesWithin } from '../ssh/settles-within.ts';
import type { SshTarget } from '../ssh/target.ts';
import { bootstrapCommand } from './bootstrap.ts';

/** Stands for this machine where a host is named; no host of ssh's may hold white space. */
export const HERE: SshTarget = { host: 'this machine' };

export const isHere = ({ host }: SshTarget): boolean => host === HERE.host;

/** The agent ends with its stdin; in the middle of a stop it takes a moment longer. */
const POLITE_CLOSE_MS = 500;

/**
 * Starts the agent on this machine, without ssh: a child of ours in the place of the ssh process. What
 * it serves is reached by a link to its socket.
 */
export const startHere = ({
  runner,
  clock,
  rememberedPython,
}: {
  readonly runner: Runner;
  readonly clock: Clock;
  readonly rememberedPython: string | undefined;
}): Master => {
  const line = bootstrapCommand(rememberedPython === undefined ? {} : { rememberedPython });
  const child = runner.start({ file: 'sh', args: ['-c', line] }, { startFailure: 'internal' });
  let closing: Promise<void> | undefined;
  const exited = child.exited.then<MasterEnd, MasterEnd>(
    () => (closing === undefined ? { kind: 'failed', error: agentEnded() } : { kind: 'closed' }),
    (error: PortholeError) => ({ kind: 'failed', error }),
  );
  return {
    pid: child.pid,
    stdin: child.stdin,
    stdout: child.stdout,
    exited,
    isLoggedIn: () => Promise.resolve(true),
    markOpen: () => undefined,
    stderrTail: child.stderr.text,
    addForward: async ({ localSocket, remote }) => {
      if (remote.kind === 'tcp') throw noSocket();
      await symlink(remote.path, localSocket);
    },
    cancelForward: async ({ localSocket }) => {
      await rm(localSocket, { force: true });
    },
    endLogin: child.terminate,
    close: () => {
      closing ??= (async () => {
        child.stdin.end();
        await settlesWithin(child.exited, POLITE_CLOSE_MS, clock);
        await child.terminate();
      })();
      return closing;
    },
  };
};

const agentEnded = (): PortholeError =>
  new PortholeError({
    code: 'connection-closed',
    message: 'The process that looks after the viewer on this machine has ended.',
  });

const noSocket = (): PortholeError =>
  new PortholeError({
    code: 'forward-refused',
    message: 'The viewer on this machine could not make a socket.',
    hint: 'Look at /tmp: it may be on a file system without sockets.',
  });
