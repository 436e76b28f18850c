import type { StorageRoot } from '../remote/protocol/probe.ts';
import { shorten } from './environment-table.ts';
import type { Column } from './table.ts';

/** Columns of the table of storage roots. */
export const storageColumns = (home: string, nowMs: number): readonly Column<StorageRoot>[] => [
  { title: 'Storage root', cell: ({ path }) => shorten(path, home), cut: 'start' },
  { title: 'Runs', cell: countOf, cut: 'never' },
  {
    title: 'Last change',
    cell: ({ modifiedAt }) => (modifiedAt === null ? '' : ago(nowMs - modifiedAt * 1000)),
    cut: 'never',
  },
  {
    title: 'Known from',
    cell: ({ source }) => SOURCES[source],
    cut: 'never',
    presence: 'optional',
  },
];

const SOURCES: Readonly<Record<StorageRoot['source'], string>> = {
  asked: 'opened last time',
  RUNICORN_DIR: 'RUNICORN_DIR',
  'runicorn-config': "Runicorn's settings",
  default: 'default place',
  training: 'running training',
};

/** "12"; "5000+" where counting stopped. */
const countOf = ({ runs, runsCapped }: StorageRoot): string => `${runs}${runsCapped ? '+' : ''}`;

/** "now", "5 minutes ago", "yesterday", "3 months ago"; clocks that differ make nothing lie ahead. */
export const ago = (ms: number): string => {
  const seconds = Math.max(0, ms / 1000);
  if (seconds < 60) return 'now';
  const [unit, size] = UNITS.findLast(([, least]) => seconds >= least) ?? UNITS[0];
  return WORDS.format(-Math.floor(seconds / size), unit);
};

const UNITS = [
  ['minute', 60],
  ['hour', 3600],
  ['day', 86_400],
  ['month', 2_629_800],
  ['year', 31_557_600],
] as const;

const WORDS = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
