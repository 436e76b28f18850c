import { singleLine } from '../core/text.ts';
import type { ProbeResult, StorageRoot } from '../remote/protocol.ts';
import { storagesOf } from '../session/candidates.ts';
import { shorten } from './environment-table.ts';
import { renderTable } from './table.ts';

const SOURCES: Readonly<Record<StorageRoot['source'], string>> = {
  asked: 'asked for',
  RUNICORN_DIR: 'RUNICORN_DIR',
  'runicorn-config': "Runicorn's settings",
  default: 'default place',
  training: 'running training',
};

/** "12 runs", "5000+ runs" */
export const runCount = ({ runs, runsCapped }: StorageRoot): string =>
  `${runs}${runsCapped ? '+' : ''} ${runs === 1 ? 'run' : 'runs'}`;

/** The table of storage roots, best first. */
export const renderStorageRoots = (
  probe: ProbeResult,
  layout: { width: number; title: (text: string) => string },
): string =>
  renderTable(
    storagesOf(probe),
    [
      {
        title: 'Storage root',
        cell: ({ path }) => singleLine(shorten(path, probe.host.home)),
        cut: 'start',
        shrink: 1,
      },
      { title: 'Runs', cell: runCount, cut: 'end', shrink: 0 },
      {
        title: 'Last change',
        cell: ({ modifiedAt }) =>
          modifiedAt === null
            ? ''
            : new Date(modifiedAt * 1000).toISOString().slice(0, 16).replace('T', ' '),
        cut: 'end',
        shrink: 0,
      },
      { title: 'Known from', cell: ({ source }) => SOURCES[source], cut: 'end', shrink: 0 },
    ],
    layout,
  );
