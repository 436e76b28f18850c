import type { Environment, ProbeResult } from '../remote/protocol.ts';
import { nameOfUse, rankEnvironments, storagesOf, suitabilityOf } from '../session/candidates.ts';
import type { PackagedViewer } from '../viewers/adapter.ts';
import type { Column } from './table.ts';

type Found = Pick<ProbeResult, 'environments' | 'storageRoots' | 'host'>;

/** Columns of the table in which an environment is picked: what tells them apart, and what would be shown. */
export const pickColumns = (
  probe: Found,
  viewer: PackagedViewer,
): readonly Column<Environment>[] => [
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

/** Columns of the table of all that was found. */
export const allColumns = (
  probe: Found,
  viewers: readonly PackagedViewer[],
): readonly Column<Environment>[] => [
  { title: 'Environment', cell: ({ name }) => name, cut: 'end', most: 48 },
  { title: 'Kind', cell: ({ kind }) => kind, cut: 'never', presence: 'optional' },
  pythonColumn,
  ...viewers.map(viewerColumn),
  usesColumn,
  { title: 'Prefix', cell: ({ prefix }) => shorten(prefix, probe.host.home), cut: 'start' },
];

/** Environments in the order in which people look for theirs. */
export const inOrder = (
  probe: Found,
  viewers: readonly PackagedViewer[],
): readonly Environment[] =>
  viewers[0] === undefined ? probe.environments : rankEnvironments(probe, viewers[0]);

/** /home/ada/x -> ~/x */
export const shorten = (path: string, home: string): string =>
  path === home || path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;

const pythonColumn: Column<Environment> = {
  title: 'Python',
  cell: ({ pythonVersion }) => pythonVersion ?? '?',
  cut: 'never',
};

const viewerColumn = (viewer: PackagedViewer): Column<Environment> => ({
  title: viewer.title,
  cell: (environment) => versionIn(environment, viewer),
  cut: 'never',
});

/** "0.6.0", "0.4.1, too old", "not installed" */
const versionIn = (environment: Environment, viewer: PackagedViewer): string => {
  const version = (environment.packages[viewer.distribution] ?? '').slice(0, 24);
  switch (suitabilityOf(environment, viewer)) {
    case 'not-installed':
      return 'not installed';
    case 'too-old':
      return `${version}, too old`;
    case 'broken':
      return `${version}, broken`;
    default:
      return environment.editable.includes(viewer.distribution) ? `${version}, editable` : version;
  }
};

const usesColumn: Column<Environment> = {
  title: 'In use by',
  cell: ({ inUse }) => inUse.map(nameOfUse).join(', '),
  cut: 'end',
  presence: 'optional',
};
