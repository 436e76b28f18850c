import { PortholeError } from '../core/errors.ts';
import { counted, nearest, singleLine } from '../core/text.ts';
import type { Environment, ProbeResult, RunningViewer } from '../remote/protocol.ts';
import type {
  LaunchEnvironment,
  PackagedViewer,
  Requirement,
  StorageAccess,
  ViewerAdapter,
} from '../viewers/adapter.ts';
import { installCommand } from '../viewers/install-command.ts';
import {
  type Candidate,
  candidatesOf,
  packageOf,
  type Runnable,
  rankEnvironments,
  type Suitability,
  storagesOf,
  suitabilityOf,
} from './candidates.ts';
import { holdsDataOf } from './storage-data.ts';

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

/** What keeps an environment from running the viewer, and the command that mends it. */
export const unsuitable = (
  environment: Environment,
  viewer: Runnable,
  suitability: Exclude<Suitability, 'suitable'>,
): PortholeError => {
  const found = packageOf(environment, viewer);
  const version = singleLine(found?.version ?? '');
  const install = installCommand(environment, toInstall(viewer, found));
  const name = `"${singleLine(environment.name)}"`;
  const prefix = singleLine(environment.prefix);
  switch (suitability) {
    case 'not-installed':
      return new PortholeError({
        code: 'viewer-missing',
        message: `${viewer.title} is not installed in the environment ${name} (${prefix}).`,
        hint: `Install it on the server: ${install}${OR_BUNDLED}`,
      });
    case 'too-old':
      return new PortholeError({
        code: 'viewer-too-old',
        message: `${viewer.title} ${version} in the environment ${name} is too old; porthole needs ${found?.oldestVersion} or newer.`,
        hint: `Get a newer one on the server: ${install}${OR_BUNDLED}`,
      });
    case 'broken':
      return new PortholeError({
        code: 'environment-broken',
        message: `The environment ${name} (${prefix}) has ${`${viewer.title} ${version}`.trim()}, but its Python does not start: ${singleLine(environment.problems.join('; '))}.`,
        hint: 'Its base Python was most likely removed or upgraded: make the environment anew, or choose another one with --env.',
      });
    default:
      return suitability satisfies never;
  }
};

/** What there is gets upgraded; else the first of those that would do is installed. */
export const toInstall = (
  { distributions }: Runnable,
  found?: Pick<Requirement, 'distribution'>,
): string => (found ?? distributions[0])?.distribution ?? '';

const OR_BUNDLED = '  (--viewer builtin needs no environment)';

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

/** The environment that one would install a viewer in. */
const placeFor = (probe: ProbeResult, viewer: Runnable): Environment | undefined =>
  rankEnvironments(probe, viewer).find((one) => one.kind !== 'system' && !one.broken) ??
  probe.environments[0];

/** A storage holds data that nothing which is installed there can show: says what could. */
export const missingFor = (
  probe: ProbeResult,
  viewer: PackagedViewer,
  { path, others }: { readonly path: string; readonly others: readonly PackagedViewer[] },
): PortholeError => {
  const target = placeFor(probe, viewer);
  const [other] = others;
  const ways = [
    ...(target === undefined
      ? []
      : [`Install it on the server: ${installCommand(target, toInstall(viewer))}`]),
    ...(other === undefined
      ? ['--viewer builtin opens the bundled one']
      : [`--viewer ${other.id} opens ${other.title} all the same`]),
  ];
  const installed =
    other === undefined
      ? 'no environment there has it'
      : `no environment there has it, only ${others.map(({ title }) => title).join(', ')}`;
  return new PortholeError({
    code: 'viewer-missing',
    message: `${singleLine(path)} holds data of ${viewer.title}, and ${installed}.`,
    hint: `${ways.join('  ')}.`,
  });
};

/** Nothing can run the viewer: says what comes nearest, and the command that mends it. */
const noCandidate = (probe: ProbeResult, viewer: Runnable): PortholeError => {
  const [nearestOne] = rankEnvironments(probe, viewer);
  const suitability = nearestOne && suitabilityOf(nearestOne, viewer);
  if (nearestOne !== undefined && (suitability === 'too-old' || suitability === 'broken')) {
    return unsuitable(nearestOne, viewer, suitability);
  }
  const target = placeFor(probe, viewer);
  return new PortholeError({
    code: 'viewer-missing',
    message:
      target === undefined
        ? `No Python environment was found on the server that could have ${viewer.title}.`
        : `${viewer.title} is not installed on the server: ${counted(probe.environments.length, 'Python environment')} found, none with it.`,
    hint:
      target === undefined
        ? `Make an environment with ${viewer.title}, or give the prefix of yours: --env /path/to/env.`
        : `Install it on the server, for example: ${installCommand(target, toInstall(viewer))}`,
  });
};
