import { PortholeError } from '../core/errors.ts';
import { counted, nearest, singleLine } from '../core/text.ts';
import type { Environment, ProbeResult, StorageRoot } from '../remote/protocol.ts';
import type { LaunchEnvironment, ViewerAdapter } from '../viewers/adapter.ts';
import { installCommand } from '../viewers/install-command.ts';
import { compareVersions } from '../viewers/version.ts';

/** What to launch: the outcome of choosing. */
export interface Plan {
  readonly viewer: ViewerAdapter;
  readonly viewerVersion: string;
  readonly environment: LaunchEnvironment;
  /** As the server knows it: absolute, or with `~` at its start. */
  readonly storage: string;
}

/** What the user asked for; undefined leaves the choice to porthole. */
export interface Wishes {
  readonly viewer: ViewerAdapter;
  /** `--env`: name, prefix or interpreter of an environment. */
  readonly environment: string | undefined;
  /** `--storage`. */
  readonly storage: string | undefined;
}

/** An environment that can run the viewer, with the version found in it. */
export interface Candidate {
  readonly environment: Environment;
  readonly version: string;
}

/**
 * Environments that can run the viewer, best first: one that a running process of the user works in
 * (most likely the training that is to be looked at), then the newest viewer, then by name.
 */
export const candidatesOf = (probe: ProbeResult, viewer: ViewerAdapter): readonly Candidate[] =>
  probe.environments
    .flatMap((environment) => {
      const version = environment.packages[viewer.distribution];
      if (version === undefined || compareVersions(version, viewer.oldestVersion) < 0) return [];
      return [{ environment, version }];
    })
    .sort(
      (a, b) =>
        Number(b.environment.inUse.length > 0) - Number(a.environment.inUse.length > 0) ||
        compareVersions(b.version, a.version) ||
        a.environment.name.localeCompare(b.environment.name),
    );

/** Storage roots worth opening, best first: used by a training, then as configured; empty ones last. */
export const storagesOf = (probe: ProbeResult): readonly StorageRoot[] => {
  const rank = (root: StorageRoot): number =>
    (root.runs === 0 ? 10 : 0) +
    ['asked', 'training', 'RUNICORN_DIR', 'runicorn-config', 'default'].indexOf(root.source);
  return [...probe.storageRoots].sort(
    (a, b) => rank(a) - rank(b) || (b.modifiedAt ?? 0) - (a.modifiedAt ?? 0),
  );
};

/**
 * The best environment for what was asked.
 *
 * @throws PortholeError `environment-missing`, `environment-ambiguous`, `viewer-missing`, `viewer-too-old`
 */
export const chooseEnvironment = (
  probe: ProbeResult,
  { viewer, environment }: Pick<Wishes, 'viewer' | 'environment'>,
): Candidate => {
  if (environment !== undefined) return askedEnvironment(probe, viewer, environment);
  const [best] = candidatesOf(probe, viewer);
  if (best !== undefined) return best;
  throw noCandidate(probe, viewer);
};

/**
 * The best storage root for what was asked.
 *
 * @throws PortholeError `storage-missing` when none was asked for and none was found
 */
export const chooseStorage = (probe: ProbeResult, { storage }: Pick<Wishes, 'storage'>): string => {
  const chosen = storage ?? storagesOf(probe)[0]?.path;
  if (chosen !== undefined) return chosen;
  throw new PortholeError({
    code: 'storage-missing',
    message:
      'No storage root was found on the server: not in RUNICORN_DIR, not in Runicorn’s settings, ' +
      'not at ~/runicorn_data, not beside a running training.',
    hint: 'Name it: --storage DIR.',
  });
};

const askedEnvironment = (probe: ProbeResult, viewer: ViewerAdapter, asked: string): Candidate => {
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

const usableVersion = (environment: Environment, viewer: ViewerAdapter): string => {
  const version = environment.packages[viewer.distribution];
  const install = installCommand(environment, viewer.distribution);
  const name = singleLine(environment.name);
  if (version === undefined) {
    throw new PortholeError({
      code: 'viewer-missing',
      message: `${viewer.title} is not installed in the environment "${name}" (${singleLine(environment.prefix)}).`,
      hint: `Install it on the server: ${install}`,
    });
  }
  if (compareVersions(version, viewer.oldestVersion) < 0) {
    throw new PortholeError({
      code: 'viewer-too-old',
      message: `${viewer.title} ${singleLine(version)} in the environment "${name}" is too old; porthole needs ${viewer.oldestVersion} or newer.`,
      hint: `Get a newer one on the server: ${install}`,
    });
  }
  return version;
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

/** Nothing can run the viewer: says what comes nearest, and the command that mends it. */
const noCandidate = (probe: ProbeResult, viewer: ViewerAdapter): PortholeError => {
  const old = probe.environments.find((e) => e.packages[viewer.distribution] !== undefined);
  if (old !== undefined) {
    const version = old.packages[viewer.distribution] ?? '';
    return new PortholeError({
      code: 'viewer-too-old',
      message: `The newest ${viewer.title} on the server is ${singleLine(version)}, in "${singleLine(old.name)}"; porthole needs ${viewer.oldestVersion} or newer.`,
      hint: `Get a newer one on the server: ${installCommand(old, viewer.distribution)}`,
    });
  }
  const target = probe.environments.find((e) => e.kind !== 'system') ?? probe.environments[0];
  return new PortholeError({
    code: 'viewer-missing',
    message:
      target === undefined
        ? `No Python environment was found on the server that could have ${viewer.title}.`
        : `${viewer.title} is not installed on the server: ${counted(probe.environments.length, 'Python environment')} found, none with it.`,
    hint:
      target === undefined
        ? `Make an environment with ${viewer.title}, or give the prefix of yours: --env /path/to/env.`
        : `Install it on the server, for example: ${installCommand(target, viewer.distribution)}`,
  });
};
