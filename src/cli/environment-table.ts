import type { Environment, ProbeResult, RunningViewer } from '../remote/protocol/probe.ts';
import {
  nameOfUse,
  packageOf,
  type Runnable,
  rankEnvironments,
  storagesOf,
  suitabilityOf,
} from '../session/candidates.ts';
import type { ViewerOption } from '../session/interaction.ts';
import { viewerOf } from '../viewers/registry.ts';
import type { Column } from './table.ts';

type Found = Pick<ProbeResult, 'environments' | 'storageRoots' | 'host'>;

/** Columns of the table in which an environment is picked: what tells them apart, and what would be shown. */
export const pickColumns = (probe: Found, viewer: Runnable): readonly Column<Environment>[] => [
  { title: 'Environment', cell: ({ name }) => name, cut: 'end', most: 48 },
  pythonColumn,
  viewerColumn(viewer),
  {
    title: 'Storage root',
    cell: (environment) =>
      suitabilityOf(environment, viewer) === 'suitable'
        ? shorten(storagesOf(probe, environment)[0]?.path ?? '', probe.host.home)
        : '',
    cut: 'start',
    presence: 'optional',
  },
  usesColumn,
];

/** A row of the table in which a viewer is picked: one to start, or one that runs already. */
export type ViewerRow =
  | { readonly kind: 'start'; readonly option: ViewerOption }
  | { readonly kind: 'running'; readonly running: RunningViewer };

/** Columns of the table in which a viewer is picked. */
export const viewerColumns = ({
  environments,
}: Pick<ProbeResult, 'environments'>): readonly Column<ViewerRow>[] => {
  const nameOf = (python: string) => environments.find((one) => one.python === python)?.name ?? '';
  const placeOf = ({ comes, candidates: [first, ...others] }: ViewerOption) => {
    if (comes === 'with-porthole') return 'needs none';
    const more = others.length === 0 ? '' : ` and ${others.length} more`;
    return first === undefined ? 'in none' : nameOf(first.python) + more;
  };
  return [
    { title: 'Viewer', cell: (row) => shownOf(row).title, cut: 'end', most: 32 },
    {
      title: 'Version',
      cell: (row) => {
        const version =
          row.kind === 'start' ? row.option.candidates[0]?.version : row.running.version;
        return version?.slice(0, 24) ?? '';
      },
      cut: 'never',
    },
    {
      title: 'Environment',
      cell: (row) =>
        row.kind === 'start'
          ? placeOf(row.option)
          : `runs already, process ${row.running.process.pid}`,
      cut: 'end',
    },
    { title: 'Can', cell: (row) => CAPABILITIES[shownOf(row).capability], cut: 'never' },
  ];
};

const shownOf = (row: ViewerRow): Pick<ViewerOption, 'title' | 'capability'> =>
  row.kind === 'start' ? row.option : viewerOf(row.running.viewer);

const CAPABILITIES: Readonly<Record<ViewerOption['capability'], string>> = {
  reads: 'read',
  'may-write': 'read and write',
  'executes-code': 'run code',
};

/** Columns of the table of all that was found. */
export const allColumns = (
  probe: Found,
  viewers: readonly Runnable[],
): readonly Column<Environment>[] => [
  { title: 'Environment', cell: ({ name }) => name, cut: 'end', most: 48 },
  { title: 'Kind', cell: ({ kind }) => kind, cut: 'never', presence: 'optional' },
  pythonColumn,
  ...(viewers.length > MAX_VIEWER_COLUMNS ? [viewersColumn(viewers)] : viewers.map(viewerColumn)),
  usesColumn,
  { title: 'Prefix', cell: ({ prefix }) => shorten(prefix, probe.host.home), cut: 'start' },
];

/** More of them share a column. */
const MAX_VIEWER_COLUMNS = 2;

/** The viewers that any environment has, in whatever version; the first of all where none has one. */
export const viewersThere = <Viewer extends Runnable>(
  { environments }: Pick<ProbeResult, 'environments'>,
  viewers: readonly Viewer[],
): readonly Viewer[] => {
  const there = viewers.filter((viewer) =>
    environments.some((one) => packageOf(one, viewer) !== undefined),
  );
  return there.length === 0 ? viewers.slice(0, 1) : there;
};

/** Environments in the order in which people look for theirs. */
export const inOrder = (probe: Found, viewers: readonly Runnable[]): readonly Environment[] => {
  const [first] = viewers;
  if (first === undefined) return probe.environments;
  const isOfUse = (one: Environment) =>
    viewers.some((viewer) => suitabilityOf(one, viewer) === 'suitable');
  const ranked = rankEnvironments(probe, first);
  return [...ranked.filter(isOfUse), ...ranked.filter((one) => !isOfUse(one))];
};

/** /home/ada/x -> ~/x */
export const shorten = (path: string, home: string): string =>
  path === home || path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;

const pythonColumn: Column<Environment> = {
  title: 'Python',
  cell: ({ pythonVersion }) => pythonVersion ?? '?',
  cut: 'never',
};

const viewerColumn = (viewer: Runnable): Column<Environment> => ({
  title: viewer.title,
  cell: (environment) => versionIn(environment, viewer),
  cut: 'never',
});

const viewersColumn = (viewers: readonly Runnable[]): Column<Environment> => ({
  title: 'Viewers',
  cell: (environment) =>
    viewers
      .filter((viewer) => packageOf(environment, viewer) !== undefined)
      .map((viewer) => `${viewer.title} ${versionIn(environment, viewer)}`)
      .join('; '),
  cut: 'end',
  most: 64,
});

/** "0.6.0", "0.4.1, too old", "not installed" */
const versionIn = (environment: Environment, viewer: Runnable): string => {
  const found = packageOf(environment, viewer);
  const version = (found?.version ?? '').slice(0, 24);
  switch (suitabilityOf(environment, viewer)) {
    case 'not-installed':
      return 'not installed';
    case 'too-old':
      return `${version}, too old`;
    case 'broken':
      return `${version}, broken`;
    default:
      return found !== undefined && environment.editable.includes(found.distribution)
        ? `${version}, editable`
        : version;
  }
};

const usesColumn: Column<Environment> = {
  title: 'In use by',
  cell: ({ inUse }) => inUse.map(nameOfUse).join(', '),
  cut: 'end',
  presence: 'optional',
};
