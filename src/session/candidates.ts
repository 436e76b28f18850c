import { posix } from 'node:path';
import { singleLine } from '../core/text.ts';
import type { Environment, ProbeResult, StorageRoot } from '../remote/protocol/probe.ts';
import type { PackagedViewer, Requirement } from '../viewers/adapter.ts';
import { compareVersions } from '../viewers/version.ts';

/** An environment that can run the viewer, with the version found in it. */
export interface Candidate {
  readonly environment: Environment;
  readonly version: string;
}

/** Whether an environment can run a viewer, and if not, what is in the way. */
export type Suitability = 'suitable' | 'broken' | 'too-old' | 'not-installed';

/** What of a viewer decides whether an environment can run it. */
export type Runnable = Pick<PackagedViewer, 'title' | 'distributions'>;

export const suitabilityOf = (
  environment: Pick<Environment, 'packages' | 'broken'>,
  viewer: Pick<Runnable, 'distributions'>,
): Suitability => {
  const found = packageOf(environment, viewer);
  if (found === undefined && viewer.distributions.length > 0) return 'not-installed';
  if (environment.broken) return 'broken';
  return found === undefined || isNewEnough(found) ? 'suitable' : 'too-old';
};

/** A viewer's package as an environment has it. */
export interface FoundPackage extends Requirement {
  readonly version: string;
}

/** The package of the viewer in an environment: the first that is new enough, else the first that is there. */
export const packageOf = (
  { packages }: Pick<Environment, 'packages'>,
  { distributions }: Pick<Runnable, 'distributions'>,
): FoundPackage | undefined => {
  const found = distributions.flatMap((requirement) => {
    const version = packages[requirement.distribution];
    return version === undefined ? [] : [{ ...requirement, version }];
  });
  return found.find(isNewEnough) ?? found[0];
};

const isNewEnough = ({ version, oldestVersion }: FoundPackage): boolean =>
  compareVersions(version, oldestVersion) >= 0;

/**
 * All environments, best first: those that can run the viewer, of them one that a running process of
 * the user works in (most likely the training that is to be looked at), then the newest viewer, then
 * by name. `preferred` is the interpreter of one that goes before all others while it can run the viewer.
 */
export const rankEnvironments = (
  probe: Pick<ProbeResult, 'environments'>,
  viewer: Pick<Runnable, 'distributions'>,
  preferred?: string,
): readonly Environment[] => {
  const versionOf = (environment: Environment) => packageOf(environment, viewer)?.version ?? '0';
  const rankOf = (environment: Environment) =>
    RANKS.indexOf(suitabilityOf(environment, viewer)) * 4 +
    (environment.python === preferred ? 0 : 2) +
    (environment.inUse.length > 0 ? 0 : 1);
  return [...probe.environments].sort(
    (a, b) =>
      rankOf(a) - rankOf(b) ||
      compareVersions(versionOf(b), versionOf(a)) ||
      Number(a.kind === 'system') - Number(b.kind === 'system') ||
      a.name.localeCompare(b.name),
  );
};

const RANKS: readonly Suitability[] = ['suitable', 'too-old', 'broken', 'not-installed'];

/** Environments that can run the viewer, best first. */
export const candidatesOf = (
  probe: Pick<ProbeResult, 'environments'>,
  viewer: Pick<Runnable, 'distributions'>,
  preferred?: string,
): readonly Candidate[] =>
  rankEnvironments(probe, viewer, preferred).flatMap((environment) => {
    if (suitabilityOf(environment, viewer) !== 'suitable') return [];
    return [{ environment, version: packageOf(environment, viewer)?.version ?? '' }];
  });

/** Why the first of the candidates goes before the others, in words that follow its name. */
export const whyFirst = (
  candidates: readonly Candidate[],
  viewer: Runnable,
  preferred?: string,
): string | undefined => {
  const [best, second] = candidates;
  if (best === undefined) return undefined;
  const { environment, version } = best;
  const [use] = environment.inUse;
  if (environment.python === preferred) return 'as last time';
  if (use !== undefined) return `${nameOfUse(use)} runs in it`;
  if (viewer.distributions.length === 0) {
    return second === undefined ? 'the only one' : `the first of ${candidates.length}`;
  }
  if (second === undefined) return `the only one with ${viewer.title}`;
  if (compareVersions(version, second.version) > 0) return `the newest ${viewer.title}`;
  const equal = candidates.filter((one) => compareVersions(one.version, version) === 0);
  return `the first of ${equal.length} with ${viewer.title} ${singleLine(version)}`;
};

/** "train.py (4711)", "-m torch.distributed.run (4711)"; an interactive Python has no script. */
export const nameOfUse = ({ script, pid }: Environment['inUse'][number]): string => {
  const name = script.startsWith('-') ? script : posix.basename(script);
  return `${singleLine(name) || 'python'} (${pid})`;
};

/**
 * Storage roots worth opening, best first: asked for, written by a training (of this environment
 * before others), as configured, the project's own, a default place; empty ones last.
 */
export const storagesOf = (
  probe: Pick<ProbeResult, 'storageRoots' | 'host'>,
  environment?: Pick<Environment, 'prefix' | 'inUse'>,
): readonly StorageRoot[] => {
  const rank = (root: StorageRoot): number => {
    const own = environment !== undefined && belongsTo(root, environment, probe.host.home);
    return (root.runs === 0 ? 100 : 0) + SOURCES.indexOf(root.source) * 2 + (own ? 0 : 1);
  };
  return [...probe.storageRoots].sort(
    (a, b) => rank(a) - rank(b) || (b.modifiedAt ?? 0) - (a.modifiedAt ?? 0),
  );
};

const SOURCES: readonly StorageRoot['source'][] = [
  ...(['asked', 'training', 'RUNICORN_DIR', 'runicorn-config', 'default'] as const),
];

/** Whether a root lies beside a program that runs in the environment, or beside the environment itself. */
const belongsTo = (
  { path }: StorageRoot,
  { prefix, inUse }: Pick<Environment, 'prefix' | 'inUse'>,
  home: string,
): boolean => {
  const project = posix.dirname(path);
  if (project === home || project === '/') return false;
  return [posix.dirname(prefix), ...inUse.map(({ cwd }) => cwd)].some(
    (place) => place === project || place.startsWith(`${project}/`),
  );
};
