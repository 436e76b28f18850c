import { PortholeError } from '../core/errors.ts';
import { singleLine } from '../core/text.ts';
import type { Connection } from '../remote/connection.ts';
import type { ProbeResult } from '../remote/protocol/probe.ts';
import type { PackagedViewer, ViewerAdapter } from '../viewers/adapter.ts';
import { COMMAND_ID, commandViewer } from '../viewers/command/command.ts';
import { AUTO, PACKAGED_VIEWERS, VIEWERS } from '../viewers/registry.ts';
import type { OpenRequest } from './open-request.ts';
import type { LaunchPlan, Plan } from './plan.ts';
import { portKeyOf, type RememberedChoice } from './store.ts';

/**
 * The remembered choice as a plan that needs no probe, where it is what this request asks for. A
 * storage root may be another one: the server says whether it is there.
 */
export const planFromMemory = (
  request: OpenRequest,
  choice: RememberedChoice | undefined,
): LaunchPlan | undefined => {
  if (choice === undefined || request.choice === 'pick' || request.adopt !== null) return undefined;
  const viewer = viewerRemembered(choice);
  if (viewer === undefined || request.viewer === AUTO) return undefined;
  const { environment } = choice;
  const asked = request.environment?.replace(/(.)\/+$/, '$1') ?? null;
  const storage = request.storage ?? choice.storage;
  const isNamed = request.viewer === viewer.id;
  const same =
    // Another storage may hold what another viewer shows.
    (isNamed || (request.viewer === null && storage === choice.storage)) &&
    (request.command === null
      ? viewer.id !== COMMAND_ID || !isNamed
      : isSameCommand(request.command, choice.command)) &&
    (asked === null ||
      [environment?.prefix, environment?.name, environment?.python].includes(asked)) &&
    (request.access === 'read-only' || viewer.comes === 'with-porthole') &&
    // Where `~` is, only the probe tells.
    storage.startsWith('/');
  if (!same) return undefined;
  // The bundled viewer is whatever this porthole brings, not what an earlier one brought.
  const viewerVersion = viewer.comes === 'with-porthole' ? viewer.version : choice.viewerVersion;
  return {
    kind: 'launch',
    ...{ viewer, viewerVersion, environment, storage, access: request.access },
  };
};

const viewerRemembered = ({ viewer, command }: RememberedChoice): ViewerAdapter | undefined =>
  viewer === COMMAND_ID && command !== undefined
    ? commandViewer(command)
    : VIEWERS.find(({ id }) => id === viewer);

const isSameCommand = (a: readonly string[], b: readonly string[] | undefined): boolean =>
  JSON.stringify(a) === JSON.stringify(b);

/** What the server has: one round trip, mostly files read. What was opened before is looked at as well. */
export const probeHost = (
  connection: Connection,
  request: Pick<OpenRequest, 'environment' | 'storage'>,
  { remembered, signal }: { remembered: RememberedChoice | undefined; signal: AbortSignal },
): Promise<ProbeResult> => {
  const storage = request.storage ?? remembered?.storage;
  const prefixes = [request.environment, remembered?.environment?.prefix];
  return connection.probe(
    {
      distributions: distributionsOf(PACKAGED_VIEWERS),
      data: Object.fromEntries(VIEWERS.map(({ id, data }) => [id, data])),
      running: Object.fromEntries(
        VIEWERS.flatMap(({ id, startedAs }) => (startedAs === undefined ? [] : [[id, startedAs]])),
      ),
      storage: storage === undefined ? [] : [storage],
      prefixes: prefixes.flatMap((one) => (one?.includes('/') ? [one] : [])),
    },
    signal,
  );
};

const distributionsOf = (viewers: readonly PackagedViewer[]): readonly string[] => [
  ...new Set(viewers.flatMap(({ distributions }) => distributions.map((one) => one.distribution))),
];

/**
 * Whether the launch of a remembered plan failed in a way that a fresh look at the server may mend:
 * not where the user asked for just what is missing.
 */
export const isOutdated = (error: unknown, request: OpenRequest): error is PortholeError => {
  if (!(error instanceof PortholeError)) return false;
  if (error.code === 'viewer-exited') return true;
  const isStorage = error.code === 'storage-missing' || error.code === 'storage-unreadable';
  return isStorage && request.storage === null;
};

/** Whether two plans come to the same: then the second need not be tried. */
export const isSamePlan = (a: LaunchPlan, b: Plan): boolean =>
  b.kind === 'launch' &&
  portKeyOf(a) === portKeyOf(b) &&
  a.viewerVersion === b.viewerVersion &&
  a.environment?.python === b.environment?.python &&
  a.access === b.access;

/** What is said when a remembered choice no longer holds. */
export const outdatedNote = ({
  error,
  plan,
}: {
  error: PortholeError;
  plan: LaunchPlan;
}): string => {
  const storage = singleLine(plan.storage);
  switch (error.code) {
    case 'storage-missing':
      return `The storage ${storage}, opened last time, is no longer there. Looking anew.`;
    case 'storage-unreadable':
      return `The storage ${storage}, opened last time, can no longer be read. Looking anew.`;
    default:
      return `${plan.viewer.title} did not start${whereOf(plan)}: ${reasonIn(error)}. Looking anew.`;
  }
};

const whereOf = ({ environment }: LaunchPlan): string =>
  environment === null ? '' : ` in ${singleLine(environment.name)}, the environment of last time`;

/** The last line of a viewer's output says most: an ImportError, a missing interpreter. */
const reasonIn = ({ output, message }: PortholeError): string => {
  const last = output?.trimEnd().split('\n').at(-1)?.trim();
  return singleLine(last || message).replace(/\.$/, '');
};
