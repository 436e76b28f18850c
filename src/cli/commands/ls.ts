import * as z from 'zod';
import { type HubClient, HubEnded } from '../../hub/client.ts';
import { type SessionView, sessionViewSchema } from '../../hub/messages.ts';
import type { CATALOGUE } from '../catalogue.ts';
import type { CommandRun } from '../command.ts';
import { compose } from '../compose.ts';
import { type Column, renderTable } from '../table.ts';

/** `porthole ls`. */
export const ls: CommandRun<typeof CATALOGUE.ls> = async (cli, { flags }) => {
  const client = await compose(cli, 'info').runningHub();
  const sessions = client === undefined ? [] : await sessionsOf(client);
  const { out, err, outStyle, width } = cli.terminal;
  if (flags.json) return out(JSON.stringify({ sessions }));
  if (sessions.length === 0) return err('Nothing is open.');
  out(renderTable(sessions, COLUMNS, { width, title: outStyle.bold }));
  // Below, where there is room for it.
  for (const { session, reason, way } of sessions) {
    if (way === 'agent-channel') out(`${session}: reached over the agent's channel`);
    if (reason !== null) out(`${session}: ${reason}`);
  }
};

const sessionsOf = async (client: HubClient): Promise<SessionView[]> => {
  try {
    return z.array(sessionViewSchema).parse(await client.call({ call: 'ls' }));
  } catch (error) {
    // It has ended meanwhile, with all that it had open.
    if (error instanceof HubEnded) return [];
    throw error;
  }
};

const COLUMNS: readonly Column<SessionView>[] = [
  { title: 'Session', cell: ({ session }) => session, cut: 'never' },
  { title: 'State', cell: ({ state }) => state, cut: 'end' },
  {
    title: 'Viewer',
    cell: ({ viewer, viewerVersion }) => (viewer === null ? '' : `${viewer} ${viewerVersion}`),
    cut: 'never',
  },
  { title: 'Environment', cell: ({ env }) => env ?? '', cut: 'end' },
  { title: 'Storage', cell: ({ storage }) => storage ?? '', cut: 'start' },
  {
    title: 'Latency',
    cell: ({ latencyMs }) => (latencyMs === null ? '' : `${Math.round(latencyMs)} ms`),
    cut: 'never',
  },
  {
    title: 'Address',
    // Without the token: a list is shown to others more often than `porthole url`.
    cell: ({ localPort }) => (localPort === null ? '' : `http://localhost:${localPort}`),
    cut: 'never',
  },
];
