import { type CANCEL_SYMBOL, confirm, isCancel, log, text } from '@clack/prompts';
import { systemClock } from '../core/clock.ts';
import { PortholeError } from '../core/errors.ts';
import { counted, nameAndVersion, singleLine } from '../core/text.ts';
import type { Environment, RunningViewer } from '../remote/protocol/probe.ts';
import { addressOf, nameOfRunning } from '../session/adopt-plan.ts';
import {
  nameOfUse,
  type Runnable,
  rankEnvironments,
  storagesOf,
  suitabilityOf,
} from '../session/candidates.ts';
import type {
  PlanAnswer,
  PlanQuestion,
  PlanSummary,
  ViewerOption,
} from '../session/interaction.ts';
import { unsuitable } from '../session/unsuitable.ts';
import { pickColumns, shorten, type ViewerRow, viewerColumns } from './environment-table.ts';
import { type PickRow, pickRow } from './pick-row.ts';
import { storageColumns } from './storage-table.ts';
import { layOutTable, padTo } from './table.ts';

/** The streams of the terminal that asks; stdout stays clean. */
export interface PickStreams {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
}

/**
 * Lets the user pick viewer, environment and storage root from what the probe found.
 *
 * @throws PortholeError `interrupted` when the user gives up
 */
export const pick = async (
  question: PlanQuestion,
  streams: PickStreams,
  signal: AbortSignal,
): Promise<PlanAnswer> => {
  const row = await pickViewer(question, streams, signal);
  if (row.kind === 'running') return { adopt: row.running.process.pid };
  const viewer = row.option;
  const environment =
    viewer.comes === 'with-porthole'
      ? undefined
      : await pickEnvironment(question, viewer, streams, signal);
  const storage = question.suggestion.storage ?? undefined;
  return {
    viewer: viewer.id,
    python: environment?.python ?? null,
    storage: storage ?? (await pickStorage(question, environment, streams, signal)),
  };
};

const pickViewer = async (
  { host, probe, viewers, running, suggestion }: PlanQuestion,
  streams: PickStreams,
  signal: AbortSignal,
): Promise<ViewerRow> => {
  const suggested = viewers.find(({ id }) => id === suggestion.viewer) ?? viewers[0];
  if (suggested === undefined) throw nothingChosen();
  const others = viewers.filter((one) => one !== suggested);
  const first: ViewerRow = { kind: 'start', option: suggested };
  const options: readonly ViewerRow[] = [
    first,
    ...others.map((option): ViewerRow => ({ kind: 'start', option })),
    ...running.map((one): ViewerRow => ({ kind: 'running', running: one })),
  ];
  if (options.length === 1) return first;
  const columns = viewerColumns(probe);
  const value = answered(
    await pickRow({
      message: `Viewer on ${singleLine(host)}`,
      rows: options.map((row, i) => ({ ...rowOf(row), value: String(i), refusal: undefined })),
      layOut: (width) => layOutTable(options, columns, width),
      initial: '0',
      taken: (taken) => {
        const row = options[Number(taken)] ?? first;
        return row.kind === 'start' ? row.option.title : nameOfRunning(row.running);
      },
      signal,
      ...streams,
    }),
  );
  return options[Number(value)] ?? first;
};

const rowOf = (row: ViewerRow): Pick<PickRow, 'search' | 'detail'> => {
  if (row.kind === 'running') {
    const { running } = row;
    return {
      search: `${nameOfRunning(running)} running`,
      detail: [detailOf(running)],
    };
  }
  const { id, title, notice } = row.option;
  return { search: `${id} ${title}`, detail: notice === null ? [] : [notice] };
};

const detailOf = (running: RunningViewer): string =>
  `${addressOf(running)}, shows ${singleLine(running.storage ?? '?')}; it is opened as it is, and left running`;

const pickEnvironment = async (
  { host, probe, suggestion }: PlanQuestion,
  viewer: ViewerOption,
  streams: PickStreams,
  signal: AbortSignal,
): Promise<Environment> => {
  const ranked = rankEnvironments(probe, viewer);
  const python = viewer.id === suggestion.viewer ? suggestion.python : viewer.candidates[0]?.python;
  const isFirst = (environment: Environment) => environment.python === python;
  const environments = [...ranked.filter(isFirst), ...ranked.filter((one) => !isFirst(one))];
  const columns = pickColumns(probe, viewer);
  // Several system Pythons share a prefix: rows are told apart by their place.
  const rows = environments.map((environment, i) => ({
    value: String(i),
    search: [environment.name, environment.prefix, environment.kind, environment.pythonVersion]
      .concat(Object.values(environment.packages), environment.inUse.map(nameOfUse))
      .join(' '),
    detail: [
      `${singleLine(shorten(environment.prefix, probe.host.home))}   ${environment.kind}`,
      ...(i === 0 && viewer.reason !== null ? [`suggested: ${viewer.reason}`] : []),
    ],
    refusal: refusalOf(environment, viewer),
  }));
  const at = (value: string) => environments[Number(value)];
  const value = answered(
    await pickRow({
      message: `Environment on ${singleLine(host)}`,
      rows,
      layOut: (width) => layOutTable(environments, columns, width),
      initial: '0',
      taken: (taken) => {
        const { name = '', prefix = '' } = at(taken) ?? {};
        return `${singleLine(name)}   ${singleLine(shorten(prefix, probe.host.home))}`;
      },
      signal,
      ...streams,
    }),
  );
  const chosen = at(value);
  if (chosen === undefined) throw nothingChosen();
  return chosen;
};

const refusalOf = (environment: Environment, viewer: Runnable): string | undefined => {
  const suitability = suitabilityOf(environment, viewer);
  if (suitability === 'suitable') return undefined;
  const { message, hint } = unsuitable(environment, viewer, suitability);
  return `${message} ${hint}`;
};

const ANOTHER = 'another';

const pickStorage = async (
  { probe }: PlanQuestion,
  environment: Environment | undefined,
  streams: PickStreams,
  signal: AbortSignal,
): Promise<string> => {
  const roots = storagesOf(probe, environment);
  if (roots.length === 0) return askForPath(streams, signal);
  const columns = storageColumns(probe.host.home, systemClock.wallMs());
  const value = answered(
    await pickRow({
      message: 'Storage root',
      rows: [
        ...roots.map(({ path, source }, i) => ({
          value: String(i),
          search: `${path} ${source}`,
          detail: [singleLine(shorten(path, probe.host.home))],
          refusal: undefined,
        })),
        { value: ANOTHER, search: OTHER_PATH, detail: [], refusal: undefined },
      ],
      layOut: (width) => {
        const { header, lines } = layOutTable(roots, columns, width);
        return { header, lines: [...lines, OTHER_PATH] };
      },
      initial: '0',
      taken: (taken) =>
        singleLine(shorten(roots[Number(taken)]?.path ?? OTHER_PATH, probe.host.home)),
      signal,
      ...streams,
    }),
  );
  return roots[Number(value)]?.path ?? askForPath(streams, signal);
};

const OTHER_PATH = 'another path ...';

const askForPath = async (streams: PickStreams, signal: AbortSignal): Promise<string> => {
  const path = answered(
    await text({
      message: 'Path of the storage root on the server',
      placeholder: '/data/experiments',
      validate: (value) => (value?.trim() ? undefined : 'A path is needed.'),
      signal,
      ...streams,
    }),
  );
  return path.trim();
};

/** Shows what is about to be started, and asks. */
export const confirmStart = async (
  summary: PlanSummary,
  streams: PickStreams,
  signal: AbortSignal,
): Promise<'start' | 'cancel'> => {
  const { environment, viewer, viewerVersion, storage, home, runs, reason, notice } = summary;
  const row = (label: string, ...values: readonly string[]) =>
    [padTo(label, 12), ...values.filter((value) => value !== '').map(singleLine)].join('  ');
  const rows = [
    ...(environment === null
      ? []
      : [row('environment', environment.name, shorten(environment.prefix, home))]),
    ...(reason === null ? [] : [row('', reason)]),
    row('viewer', nameAndVersion(viewer, viewerVersion)),
    row('storage', shorten(storage, home), runs === null ? '' : counted(runs, 'run')),
    ...(notice === null ? [] : [row('note', notice)]),
  ];
  log.step(`Start on ${singleLine(summary.host)}\n${rows.join('\n')}`, { output: streams.output });
  const answer = await confirm({ message: 'Start?', signal, ...streams });
  return answered(answer) ? 'start' : 'cancel';
};

const answered = <T>(answer: T | typeof CANCEL_SYMBOL): T => {
  if (!isCancel(answer)) return answer;
  throw nothingChosen();
};

const nothingChosen = (): PortholeError =>
  new PortholeError({ code: 'interrupted', message: 'Nothing was chosen, nothing started.' });
