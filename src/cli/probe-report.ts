import { counted, singleLine } from '../core/text.ts';
import type { ProbeResult, StorageRoot } from '../remote/protocol/probe.ts';
import { type Runnable, storagesOf, suitabilityOf } from '../session/candidates.ts';
import { holdsDataOf } from '../session/storage-data.ts';
import type { ViewerAdapter } from '../viewers/adapter.ts';
import { allColumns, inOrder, viewersThere } from './environment-table.ts';
import { runningColumns } from './running-table.ts';
import { storageColumns } from './storage-table.ts';
import type { Style } from './style.ts';
import { type Column, layOutTable } from './table.ts';

export interface ProbeReportInput {
  readonly host: string;
  readonly probe: ProbeResult;
  readonly viewers: readonly (Runnable & Pick<ViewerAdapter, 'id'>)[];
  /** Columns of the terminal. */
  readonly width: number;
  readonly style: Style;
  readonly nowMs: number;
}

/** What a probe found, for people: environments, storage roots, running viewers, GPUs, and what could not be read. */
export const renderProbe = (asked: ProbeReportInput): string => {
  const { host, probe, style } = asked;
  const input = { ...asked, there: viewersThere(probe, asked.viewers) };
  const incomplete = probe.partial.length > 0 ? style.yellow(' (incomplete, see below)') : '';
  const title = (text: string) => style.bold(text) + incomplete;
  const parts = [
    [title(`${summaryOf(input)} on ${singleLine(host)}`), ...environmentLines(input)],
    [title(counted(probe.storageRoots.length, 'storage root')), ...storageLines(input)],
    runningLines(input),
    gpuLines(input),
    problemLines(input),
    partialLines(input),
  ];
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
};

interface Report extends ProbeReportInput {
  /** Viewers that any environment has. */
  readonly there: readonly Runnable[];
}

/** "7 Python environments, 4 with Runicorn" */
const summaryOf = ({ probe, there }: Report): string => {
  const having = there.map((viewer) => {
    const able = probe.environments.filter((one) => suitabilityOf(one, viewer) === 'suitable');
    return `, ${able.length === 0 ? 'none' : able.length} with ${viewer.title}`;
  });
  const { length } = probe.environments;
  return length === 0
    ? 'No Python environment'
    : counted(length, 'Python environment') + having.join('');
};

const environmentLines = ({ probe, there, width, style }: Report): string[] => {
  if (probe.environments.length === 0) return [];
  const environments = inOrder(probe, there);
  const table = layOutTable(environments, allColumns(probe, there), width);
  const isOfUse = there.map(
    (viewer) => (i: number) =>
      environments[i] !== undefined && suitabilityOf(environments[i], viewer) === 'suitable',
  );
  const lines = table.lines.map((line, i) =>
    isOfUse.some((holds) => holds(i)) ? line : style.dim(line),
  );
  return [style.dim(table.header), ...lines];
};

const storageLines = ({ probe, viewers, width, style, nowMs }: Report): string[] => {
  if (probe.storageRoots.length === 0) return [];
  const columns = [...storageColumns(probe.host.home, nowMs), opensWithColumn(probe, viewers)];
  const { header, lines } = layOutTable(storagesOf(probe), columns, width);
  return [style.dim(header), ...lines];
};

/** "TensorBoard; MLflow, not installed" */
const opensWithColumn = (
  probe: ProbeResult,
  viewers: ProbeReportInput['viewers'],
): Column<StorageRoot> => ({
  title: 'Opens with',
  cell: (root) => {
    const own = viewers.filter((viewer) => holdsDataOf(root, viewer));
    const names = own.map((viewer) => {
      const isThere = probe.environments.some((one) => suitabilityOf(one, viewer) === 'suitable');
      return isThere ? viewer.title : `${viewer.title}, not installed`;
    });
    return [...names, ...(root.runs > 0 ? ['bundled viewer'] : [])].join('; ');
  },
  cut: 'end',
  presence: 'optional',
});

const runningLines = ({ host, probe, width, style, nowMs }: ProbeReportInput): string[] => {
  const { running } = probe;
  if (running.length === 0) return [];
  const { header, lines } = layOutTable(running, runningColumns(probe.host.home, nowMs), width);
  const how = style.dim(`porthole open ${singleLine(host)} --adopt PROCESS opens one as it is.`);
  return [
    style.bold(`${counted(running.length, 'viewer')} of yours running already`),
    style.dim(header),
    ...lines,
    how,
  ];
};

const gpuLines = ({ probe, width, style }: ProbeReportInput): string[] => {
  if (probe.gpus.length === 0) return [];
  const { header, lines } = layOutTable(probe.gpus, GPU_COLUMNS, width);
  return [style.bold(counted(probe.gpus.length, 'GPU')), style.dim(header), ...lines];
};

const GPU_COLUMNS: readonly Column<ProbeResult['gpus'][number]>[] = [
  { title: 'Index', cell: ({ index }) => String(index), cut: 'never' },
  { title: 'Name', cell: ({ name }) => name, cut: 'end' },
  {
    title: 'Memory in use',
    cell: ({ memoryUsedMib, memoryTotalMib }) =>
      `${(memoryUsedMib / 1024).toFixed(1)} of ${(memoryTotalMib / 1024).toFixed(0)} GiB`,
    cut: 'never',
  },
  {
    title: 'Busy',
    cell: ({ utilizationPercent }) =>
      utilizationPercent === null ? '?' : `${Math.round(utilizationPercent)} %`,
    cut: 'never',
  },
];

const problemLines = ({ probe, style }: ProbeReportInput): string[] =>
  probe.environments.flatMap(({ name, problems }) =>
    problems.map((problem) => style.yellow(`${singleLine(name)}: ${singleLine(problem)}`)),
  );

const partialLines = ({ probe, style }: ProbeReportInput): string[] =>
  probe.partial.map(({ path, reason }) =>
    style.yellow(`not read to its end: ${singleLine(path)} (${singleLine(reason)})`),
  );
