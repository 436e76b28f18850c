import type { RunningViewer } from '../remote/protocol/probe.ts';
import { addressOf } from '../session/adopt-plan.ts';
import { VIEWERS } from '../viewers/registry.ts';
import { shorten } from './environment-table.ts';
import { ago } from './storage-table.ts';
import type { Column } from './table.ts';

/** Columns of the table of viewers that run already. */
export const runningColumns = (home: string, nowMs: number): readonly Column<RunningViewer>[] => [
  { title: 'Viewer', cell: titleOf, cut: 'end', most: 32 },
  { title: 'Version', cell: ({ version }) => version?.slice(0, 24) ?? '', cut: 'never' },
  { title: 'Shows', cell: ({ storage }) => shorten(storage ?? '?', home), cut: 'start' },
  { title: 'Process', cell: ({ process }) => String(process.pid), cut: 'never' },
  { title: 'At', cell: addressOf, cut: 'never' },
  {
    title: 'Started',
    cell: ({ startedAt }) => ago(nowMs - startedAt * 1000),
    cut: 'never',
    presence: 'optional',
  },
];

const titleOf = ({ viewer }: RunningViewer): string =>
  VIEWERS.find(({ id }) => id === viewer)?.title ?? viewer;
