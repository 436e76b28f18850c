import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { AskedPrompt } from '../ssh/askpass/prompt.ts';
import { borrowMaster, isMasterLive } from '../ssh/borrowed-master.ts';
import { masterSocketIn } from '../ssh/control-socket.ts';
import { lentRecordPath } from '../ssh/lent-forwards.ts';
import { type Master, startMaster } from '../ssh/master.ts';
import { type ResolvedHost, resolveHost } from '../ssh/resolve-host.ts';
import { isMultiplexed } from '../ssh/target.ts';
import { bootstrapCommand } from './bootstrap.ts';
import type { ConnectionContext, OpenConnectionOptions } from './connection.ts';

/** For TCP connect and the server's banner, each. The whole of opening has a limit of its own. */
const CONNECT_TIMEOUT_MS = 15_000;

/** An ssh that leads to a host. */
export interface StartedSsh {
  readonly master: Master;
  /** Whose master it is. */
  readonly owner: 'porthole' | 'user';
  /** What ssh's configuration comes to; undefined for this machine. */
  readonly route: ResolvedHost | undefined;
  /** What it has asked so far. */
  asked(): readonly AskedPrompt[];
  /** Gives back what only the master needed, when it has ended. */
  release(): void | Promise<void>;
}

/**
 * Takes a session on a master that the user has open to this host, or else starts one of our own.
 *
 * @throws PortholeError `path-too-long`, `ssh-not-found`, `ssh-config-invalid`, `invalid-host`
 */
export const startSsh = async (
  options: OpenConnectionOptions,
  context: ConnectionContext,
): Promise<StartedSsh> => {
  const { target, prompter, prompting, knownPython, witness } = options;
  const { runner, clock } = context;
  const ssh = await context.ssh();
  // Asked while the rest is made ready; a failure is looked at where the answer is needed.
  const resolving = resolveHost({ runner, ssh, target });
  resolving.catch(() => undefined);
  const name = context.newName();
  const directory = join(context.runtimeDirectory, name);
  await mkdir(directory, { mode: 0o700 });
  let endLogin = async () => {};
  const attempt = (await context.broker()).attempt({
    ...{ host: target.host, prompter },
    endLogin: () => endLogin(),
  });
  const release = async () => {
    attempt.end();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    const route = await resolving;
    const { controlPath } = route;
    const remoteCommand = bootstrapCommand(
      knownPython === undefined ? {} : { rememberedPython: knownPython },
    );
    // Whoever looks at the login itself wants one to look at.
    const isWanted = isMultiplexed(target) && witness === undefined && options.masters !== 'own';
    if (
      isWanted &&
      controlPath !== undefined &&
      (await isMasterLive(runner, { ssh, controlPath }))
    ) {
      const recordPath = lentRecordPath(context.runtimeDirectory, name);
      const borrowed = { runner, clock, ssh, controlPath, target, remoteCommand, recordPath };
      return {
        master: borrowMaster(borrowed),
        owner: 'user',
        route,
        asked: attempt.asked,
        release,
      };
    }
    const master = await startMaster({
      runner,
      clock,
      ssh,
      target,
      prompting,
      overrides: [...route.overrides, ...(witness?.sshOptions ?? [])],
      ...(witness === undefined ? {} : { onLine: witness.onLine }),
      controlPath: isMultiplexed(target) ? masterSocketIn(directory) : null,
      remoteCommand,
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
      askpass: { env: { ...attempt.env, ...options.sshEnvironment }, asked: attempt.asked },
    });
    endLogin = master.endLogin;
    return { master, owner: 'porthole', route, asked: attempt.asked, release };
  } catch (error) {
    await release();
    throw error;
  }
};
