import type * as z from 'zod';
import type { Hub } from '../hub/hub.ts';
import { relayTo } from '../hub/remote-interaction.ts';
import type { Interaction } from '../session/interaction.ts';
import type { VisitWish } from '../session/visit-host.ts';
import { compose } from './compose.ts';
import { type CliEnvironment, sshEnvironmentOf } from './environment.ts';
import { terminalInteraction } from './interaction.ts';
import { interruptible } from './interruptible.ts';
import { parseSeconds, resolveTarget, type SshFlagValues } from './ssh-flags.ts';

/** Flags of every command that looks at a server and goes again. */
export type VisitFlags = SshFlagValues & {
  readonly timeout: string | undefined;
  readonly verbose: boolean;
};

export interface Visit<T> {
  readonly host: string;
  readonly flags: VisitFlags;
  /** By which a running hub is asked. */
  readonly call: 'envs' | 'reap';
  /** Of the hub's answer. */
  readonly schema: z.ZodType<T>;
  /** Where no hub runs: the same by one of its own. */
  readonly alone: (hub: Hub, wish: VisitWish, how: Alone) => Promise<T>;
}

interface Alone {
  readonly interaction: Interaction;
  readonly signal: AbortSignal;
}

/** What such a command asks for, in full. */
export const visitWishOf = (cli: CliEnvironment, host: string, flags: VisitFlags): VisitWish => ({
  target: resolveTarget(host, flags, cli.cwd),
  sshEnvironment: sshEnvironmentOf(cli.env),
  timeoutMs: parseSeconds(flags.timeout ?? '60', '--timeout', { min: 1, max: 86_400 }),
});

/**
 * Looks at a server over the running hub's connection, or over one of its own.
 *
 * @throws PortholeError as connecting fails; `interrupted`
 */
export const visit = async <T>(cli: CliEnvironment, input: Visit<T>): Promise<T> => {
  const { host, flags, call, schema, alone } = input;
  const wish = visitWishOf(cli, host, flags);
  return interruptible(cli, async (signal, onInterrupt) => {
    const interaction = terminalInteraction({
      terminal: cli.terminal,
      report: () => undefined,
      asks: 'nobody',
      onInterrupt,
    });
    const composition = compose(cli, flags.verbose ? 'debug' : 'info');
    const role = await composition.hubOrClient('terminal');
    if (role.kind === 'client') {
      const log = flags.verbose ? ('debug' as const) : ('warn' as const);
      const relay = relayTo(interaction, composition.logger);
      const asked = { call, params: wish, asks: 'nobody', log } as const;
      return schema.parse(await role.client.call(asked, relay, signal));
    }
    try {
      return await alone(role.hub, wish, { interaction, signal });
    } finally {
      await role.hub.close('done');
    }
  });
};
