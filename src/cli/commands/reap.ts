import * as z from 'zod';
import { relayTo } from '../../hub/remote-interaction.ts';
import { type Leftover, leftoverSchema, reapResultSchema } from '../../remote/protocol/sessions.ts';
import type { Reaping } from '../../session/reap-leftovers.ts';
import type { VisitWish } from '../../session/visit-host.ts';
import type { CATALOGUE } from '../catalogue.ts';
import type { CommandRun } from '../command.ts';
import { compose } from '../compose.ts';
import { type CliEnvironment, sshEnvironmentOf } from '../environment.ts';
import { terminalInteraction } from '../interaction.ts';
import { interruptible } from '../interruptible.ts';
import { parseSeconds, resolveTarget } from '../ssh-flags.ts';
import { type Column, renderTable } from '../table.ts';

/** `porthole reap HOST`. */
export const reap: CommandRun<typeof CATALOGUE.reap> = async (cli, { flags, words }) => {
  const wish = {
    target: resolveTarget(words.host, flags, cli.cwd),
    sshEnvironment: sshEnvironmentOf(cli.env),
    timeoutMs: parseSeconds(flags.timeout ?? '60', '--timeout', { min: 1, max: 86_400 }),
  };
  const { found, reaped, alive } = await reapOnce(cli, wish, flags.verbose ? 'debug' : 'info');
  const { out, err, outStyle, width } = cli.terminal;
  if (flags.json) return out(JSON.stringify({ host: words.host, found, reaped, alive }));
  if (found.length === 0) return err(`Nothing of porthole lies on ${words.host}.`);
  const rows = found.map((one) => ({ ...one, outcome: outcomeOf(one, reaped) }));
  out(renderTable(rows, COLUMNS, { width, title: outStyle.bold }));
};

/** Over the running hub's connection, or over one of its own. */
const reapOnce = (cli: CliEnvironment, wish: VisitWish, verbosity: 'debug' | 'info') =>
  interruptible(cli, async (signal, onInterrupt): Promise<Reaping> => {
    const interaction = terminalInteraction({
      terminal: cli.terminal,
      report: () => undefined,
      asks: 'nobody',
      onInterrupt,
    });
    const composition = compose(cli, verbosity);
    const role = await composition.hubOrClient('terminal');
    if (role.kind === 'client') {
      const log = verbosity === 'debug' ? ('debug' as const) : ('warn' as const);
      const call = { call: 'reap', params: wish, asks: 'nobody', log } as const;
      const relay = relayTo(interaction, composition.logger);
      return reapingSchema.parse(await role.client.call(call, relay, signal));
    }
    try {
      return await role.hub.reap(wish, interaction, signal);
    } finally {
      await role.hub.close('done');
    }
  });

const reapingSchema = z.object({ ...reapResultSchema.shape, found: z.array(leftoverSchema) });

type Row = Leftover & { readonly outcome: string };

const outcomeOf = ({ session, state }: Leftover, reaped: readonly string[]): string => {
  if (reaped.includes(session)) return state === 'hung' ? 'hung; removed' : 'left behind; removed';
  return state === 'held' ? 'in use' : 'in use again';
};

const COLUMNS: readonly Column<Row>[] = [
  { title: 'Session', cell: ({ session }) => session, cut: 'never' },
  { title: 'State', cell: ({ outcome }) => outcome, cut: 'never' },
  {
    title: 'Since',
    cell: ({ startedAt }) =>
      startedAt === null ? '' : new Date(startedAt * 1000).toISOString().slice(0, 16),
    cut: 'never',
  },
  {
    title: 'Grace',
    cell: ({ graceS }) => (graceS === null ? '' : `${Math.round(graceS)} s`),
    cut: 'never',
  },
  { title: 'Directory', cell: ({ directory }) => directory, cut: 'start' },
];
