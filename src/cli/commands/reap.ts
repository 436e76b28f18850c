import * as z from 'zod';
import { type Leftover, leftoverSchema, reapResultSchema } from '../../remote/protocol/sessions.ts';
import type { CATALOGUE } from '../catalogue.ts';
import type { CommandRun } from '../command.ts';
import { type Column, renderTable } from '../table.ts';
import { visit } from '../visit.ts';

/** `porthole reap HOST`. */
export const reap: CommandRun<typeof CATALOGUE.reap> = async (cli, { flags, words }) => {
  const { host } = words;
  const { found, reaped, alive } = await visit(cli, {
    ...{ host, flags, call: 'reap', schema: reapingSchema },
    alone: (hub, wish, { interaction, signal }) => hub.reap(wish, interaction, signal),
  });
  const { out, err, outStyle, width } = cli.terminal;
  if (flags.json) return out(JSON.stringify({ host, found, reaped, alive }));
  if (found.length === 0) return err(`Nothing of porthole lies on ${host}.`);
  const rows = found.map((one) => ({ ...one, outcome: outcomeOf(one, reaped) }));
  out(renderTable(rows, COLUMNS, { width, title: outStyle.bold }));
};

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
