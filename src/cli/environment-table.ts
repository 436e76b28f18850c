import { singleLine } from '../core/text.ts';
import type { Environment, ProbeResult } from '../remote/protocol.ts';
import { VIEWERS } from '../viewers/registry.ts';
import { type Column, renderTable } from './table.ts';

/** Environments in the order in which people look for theirs, and their table, line by line. */
export interface EnvironmentTable {
  readonly environments: readonly Environment[];
  readonly header: string;
  /** One line for each environment, in the same order. */
  readonly lines: readonly string[];
}

/** The table of environments: name, Python, viewer, who uses it, where it lies. */
export const renderEnvironments = (
  { environments, host }: Pick<ProbeResult, 'environments' | 'host'>,
  layout: { width: number; title: (text: string) => string },
): EnvironmentTable => {
  const sorted = [...environments].sort(
    (a, b) =>
      Number(b.inUse.length > 0) - Number(a.inUse.length > 0) ||
      Number(hasViewer(b)) - Number(hasViewer(a)) ||
      a.name.localeCompare(b.name),
  );
  const [header = '', ...lines] = renderTable(sorted, columns(host.home), layout).split('\n');
  return { environments: sorted, header, lines };
};

const hasViewer = ({ packages }: Environment): boolean =>
  VIEWERS.some(({ distribution }) => packages[distribution] !== undefined);

const columns = (home: string): readonly Column<Environment>[] => [
  { title: 'Environment', cell: ({ name }) => singleLine(name), cut: 'end', shrink: 1 },
  { title: 'Kind', cell: ({ kind }) => kind, cut: 'end', shrink: 0 },
  {
    title: 'Python',
    cell: ({ pythonVersion }) => singleLine(pythonVersion ?? '?'),
    cut: 'end',
    shrink: 0,
  },
  ...VIEWERS.map(
    ({ title, distribution }): Column<Environment> => ({
      title,
      cell: ({ packages, editable }) => {
        const version = packages[distribution];
        if (version === undefined) return 'not installed';
        return `${singleLine(version)}${editable.includes(distribution) ? ' (editable)' : ''}`;
      },
      cut: 'end',
      shrink: 0,
    }),
  ),
  {
    title: 'In use by',
    cell: ({ inUse }) =>
      inUse.map(({ pid, script }) => `${singleLine(script)} (${pid})`).join(', '),
    cut: 'end',
    shrink: 2,
  },
  {
    title: 'Prefix',
    cell: ({ prefix }) => singleLine(shorten(prefix, home)),
    cut: 'start',
    shrink: 3,
  },
];

/** /home/ada/x -> ~/x */
export const shorten = (path: string, home: string): string =>
  path === home || path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
