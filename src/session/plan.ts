import { PortholeError } from '../core/errors.ts';
import { nearest, singleLine } from '../core/text.ts';
import type { Environment, ProbeResult, RunningViewer } from '../remote/protocol/probe.ts';
import type { LaunchEnvironment, StorageAccess, ViewerAdapter } from '../viewers/adapter.ts';
import {
  type Candidate,
  candidatesOf,
  packageOf,
  type Runnable,
  storagesOf,
  suitabilityOf,
} from './candidates.ts';
import { holdsDataOf } from './storage-data.ts';
import { noCandidate, unsuitable } from './unsuitable.ts';

/** What to open: the outcome of choosing. */
export type Plan = LaunchPlan | AdoptPlan;

interface PlannedView {
  readonly viewer: ViewerAdapter;
  /** "" where it is not known. */
  readonly viewerVersion: string;
  /** As the server knows it: absolute, or with `~` at its start. */
  readonly storage: string;
}

/** A viewer that porthole starts, and ends. */
export interface LaunchPlan extends PlannedView {
  readonly kind: 'launch';
  /** null for a viewer that needs none. */
  readonly environment: LaunchEnvironment | null;
  readonly access: StorageAccess;
}

/** A viewer that the user runs already: porthole leads to it, and leaves it alone. */
export interface AdoptPlan extends PlannedView {
  readonly kind: 'adopt';
  readonly running: RunningViewer;
  readonly environment: null;
}

/** Where a plan's viewer answers when it is well. */
export const healthPathOf = (plan: Plan): string =>
  plan.kind === 'adopt'
    ? plan.running.home.slice(0, -1) + plan.viewer.healthPath
    : plan.viewer.healthPath;

/** Whether an answer with this status means that a plan's viewer is well; of one adopted any does. */
export const isHealthy = (plan: Plan, status: number): boolean =>
  status === 200 || plan.kind === 'adopt' || plan.viewer.healthyWhen === 'any-answer';

/** What the user asked for; undefined leaves the choice to porthole. */
export interface Wishes {
  readonly viewer: Runnable;
  /** `--env`: name, prefix or interpreter of an environment. */
  readonly environment: string | undefined;
  /** `--storage`. */
  readonly storage: string | undefined;
  /** Interpreter of the environment that is to go before others, where it can run the viewer. */
  readonly preferred?: string | undefined;
}

/**
 * The best environment for what was asked.
 *
 * @throws PortholeError `environment-missing`, `environment-ambiguous`, `viewer-missing`, `viewer-too-old`
 */
export const chooseEnvironment = (
  probe: ProbeResult,
  { viewer, environment, preferred }: Omit<Wishes, 'storage'>,
): Candidate => {
  if (environment !== undefined) return askedEnvironment(probe, viewer, environment);
  const [best] = candidatesOf(probe, viewer, preferred);
  if (best !== undefined) return best;
  throw noCandidate(probe, viewer);
};

/** What decides on a storage root. */
export interface StorageWishes {
  readonly viewer: ViewerAdapter;
  /** The one asked for. */
  readonly storage: string | undefined;
  /** The one that was chosen for the viewer. */
  readonly environment?: Environment | null;
}

/**
 * The best storage root for what was asked and the environment that was chosen.
 *
 * @throws PortholeError `storage-missing` when none was asked for and none was found
 */
export const chooseStorage = (
  probe: ProbeResult,
  { viewer, storage, environment }: StorageWishes,
): string => {
  if (storage !== undefined) return storage;
  const roots = storagesOf(probe, environment ?? undefined);
  const own = roots.find((root) => holdsDataOf(root, viewer));
  if (own !== undefined) return own.path;
  if (viewer.withoutStorage === 'home') return probe.host.home;
  const [first] = roots;
  // Of Runicorn's own kind, also one that is still empty will do.
  if (first !== undefined && viewer.data.length === 0) return first.path;
  if (viewer.data.length > 0) throw noStorageFor(viewer);
  throw new PortholeError({
    code: 'storage-missing',
    message:
      'No storage root was found on the server: not in RUNICORN_DIR, not in Runicorn’s settings, ' +
      'not at ~/runicorn_data, not beside a running training.',
    hint: 'Name it: --storage DIR.',
  });
};

const noStorageFor = ({ title }: ViewerAdapter): PortholeError =>
  new PortholeError({
    code: 'storage-missing',
    message: `No storage with data of ${title} was found on the server by itself.`,
    hint: 'Name it: --storage DIR.',
  });

const askedEnvironment = (probe: ProbeResult, viewer: Runnable, asked: string): Candidate => {
  const wanted = asked.length > 1 ? asked.replace(/\/+$/, '') : asked;
  const { home } = probe.host;
  const expanded = wanted === '~' || wanted.startsWith('~/') ? home + wanted.slice(1) : wanted;
  const byPath = probe.environments.filter((e) => e.prefix === expanded || e.python === expanded);
  const found = byPath.length > 0 ? byPath : probe.environments.filter((e) => e.name === wanted);
  const [environment, ...others] = found;
  if (environment === undefined) throw environmentMissing(probe, wanted);
  if (others.length > 0) throw environmentAmbiguous(wanted, found);
  return { environment, version: usableVersion(environment, viewer) };
};

const usableVersion = (environment: Environment, viewer: Runnable): string => {
  const suitability = suitabilityOf(environment, viewer);
  if (suitability !== 'suitable') throw unsuitable(environment, viewer, suitability);
  return packageOf(environment, viewer)?.version ?? '';
};

const environmentMissing = (probe: ProbeResult, wanted: string): PortholeError => {
  const names = [...new Set(probe.environments.map((e) => e.name))];
  const near = nearest(wanted, names);
  return new PortholeError({
    code: 'environment-missing',
    message: `There is no environment "${singleLine(wanted)}" on the server.`,
    hint:
      near !== undefined
        ? `Did you mean "${singleLine(near)}"?`
        : names.length === 0
          ? 'No Python environment was found; give the prefix of yours: --env /path/to/env.'
          : `Found: ${names.slice(0, 12).map(singleLine).join(', ')}${names.length > 12 ? ', ...' : ''}. A prefix works too: --env /path/to/env.`,
  });
};

const environmentAmbiguous = (wanted: string, found: readonly Environment[]): PortholeError =>
  new PortholeError({
    code: 'environment-ambiguous',
    message: `${found.length} environments on the server are named "${singleLine(wanted)}".`,
    hint: `Give the prefix instead: ${found.map((e) => `--env ${singleLine(e.prefix)}`).join('  or  ')}`,
  });
