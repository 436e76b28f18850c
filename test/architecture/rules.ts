import { posix } from 'node:path';
import { type SourceFile, UNREADABLE } from './read-source.ts';

/** A rule that a file breaks: where, what, and why the rule is there. */
export interface Violation {
  readonly at: string;
  readonly problem: string;
  readonly reason: string;
}

/**
 * The layers from top to bottom, each with the reason why it knows nothing of those above:
 * a file imports from its own layer and those below it.
 */
const LAYERS: ReadonlyArray<{ readonly name: string; readonly reason: string }> = [
  { name: 'cli', reason: 'it is the top' },
  { name: 'hub', reason: 'the command line is one way in among others' },
  { name: 'session', reason: 'a session works in any process, whoever owns it' },
  { name: 'viewers', reason: 'an adapter tells facts about a program, not how it is held open' },
  { name: 'builtin', reason: 'it is one viewer among others, carried by its adapter' },
  { name: 'remote', reason: 'the agent starts what it is told and knows no viewer by name' },
  { name: 'ssh', reason: 'ssh carries streams, whatever is spoken on them' },
  { name: 'core', reason: 'everything stands on core, so that it knows nothing of ssh' },
];

const WEB_REASON = 'a page runs in the browser: it shares words with the hub, never code';

/** Something of which there is one owner, so that there is one place to read, test and mend. */
interface OwnedThing {
  /** Imported modules, without `node:`, or names taken from the surroundings. */
  readonly modules?: readonly string[];
  readonly names?: readonly string[];
  /** Files, or folders with a slash at the end. */
  readonly owners: readonly string[];
  readonly reason: string;
}

const OWNED: readonly OwnedThing[] = [
  {
    modules: ['child_process', 'execa', 'zx', 'cross-spawn'],
    owners: ['src/ssh/spawn-process.ts', 'src/ssh/spawn-daemon.ts'],
    reason: 'every program starts through the runner, which ends it with all its children',
  },
  {
    modules: ['tree-kill'],
    owners: ['src/ssh/process-group.ts'],
    reason: 'one place decides how a program and its children are ended',
  },
  {
    modules: ['open'],
    owners: ['src/cli/'],
    reason: "the browser belongs to the user's terminal; a hub without one opens none",
  },
  {
    modules: ['timers', 'timers/promises', 'perf_hooks'],
    names: [
      ...['setTimeout', 'setInterval', 'Date.now', 'new Date()'],
      ...['performance.now', 'performance.timeOrigin', 'AbortSignal.timeout', 'process.hrtime'],
    ],
    owners: ['src/core/clock.ts', 'src/web/'],
    reason: 'tests hold the time in their hands: all of it comes through the clock',
  },
  {
    modules: ['process'],
    names: [
      ...['process', 'process.argv', 'process.env', 'process.exit', 'process.exitCode'],
      ...['process.stdin', 'process.stdout', 'process.stderr', 'process.on', 'process.once'],
      ...['process.chdir', 'process.cwd', 'process.abort', 'process.argv0', 'process.execArgv'],
    ],
    owners: ['src/cli/'],
    reason: 'the command line reads its surroundings once and hands them on as values',
  },
  {
    names: ['console.log', 'console.info', 'console.warn', 'console.error', 'console.debug'],
    owners: ['src/cli/', 'src/web/'],
    reason: 'stdout carries data for scripts; what porthole says goes through the logger',
  },
];

const MAX_LINES = 250;

/** A list of cases is read by its names; it may be as long as the behaviour has cases. */
const isListOfCases = (path: string): boolean => /\.test\.tsx?$|(^|\/)test_[^/]*\.py$/.test(path);

/** All rules broken by one file of src/. */
export const checkSource = (file: SourceFile): readonly Violation[] => [
  ...checkDirections(file),
  ...checkOwners(file),
  ...checkShape(file),
];

/** Rules that hold for every file, in tests and scripts as well: its length and its name. */
export const checkShape = ({
  path,
  lines,
}: Pick<SourceFile, 'path' | 'lines'>): readonly Violation[] => {
  const violations: Violation[] = [];
  if (lines > MAX_LINES && !isListOfCases(path)) {
    violations.push({
      at: path,
      problem: `has ${lines} lines, ${MAX_LINES} at most`,
      reason: 'a file holds one idea and is read at one go',
    });
  }
  if (/(^|[-_./])(utils?|helpers|misc|common)([-_./]|$)/.test(path)) {
    violations.push({
      at: path,
      problem: 'is named after nothing',
      reason: 'a file is named after its idea, so that it is found without a search',
    });
  }
  return violations;
};

const checkDirections = ({ path, imports }: SourceFile): readonly Violation[] =>
  imports.flatMap(({ specifier, brings, line }) => {
    const reason =
      specifier === UNREADABLE
        ? 'an import that is put together at run time can be checked by nobody'
        : forbids({ from: path, to: targetOf(path, specifier), brings });
    if (reason === undefined) return [];
    return [{ at: `${path}:${line}`, problem: `imports ${specifier}`, reason }];
  });

/** Why `from` may not import `to`, or undefined where it may. */
const forbids = (one: {
  from: string;
  to: string | undefined;
  brings: 'values' | 'types';
}): string | undefined => {
  const { from, to, brings } = one;
  if (to === undefined) return undefined;
  const [own, other] = [layerOf(from), layerOf(to)];
  // The version is the one thing that the program reads from the package around it.
  if (to === 'package.json') return undefined;
  if (other === undefined) return 'what is not below src/ is not part of the program';
  if (own === other) return undefined;
  if (own === 'web') return other === 'hub' && brings === 'types' ? undefined : WEB_REASON;
  if (other === 'web') return WEB_REASON;
  const [ownRank, otherRank] = [rankOf(own), rankOf(other)];
  if (ownRank === -1 || otherRank === -1) return 'it is no layer that the architecture names';
  return otherRank > ownRank ? undefined : LAYERS[ownRank]?.reason;
};

/** Path of an imported file relative to the repository; undefined for a package. */
const targetOf = (path: string, specifier: string): string | undefined => {
  if (specifier.startsWith('/')) return specifier.slice(1);
  if (!specifier.startsWith('.')) return undefined;
  return posix.join(posix.dirname(path), specifier.replace(/\?.*$/, ''));
};

const layerOf = (path: string | undefined): string | undefined => {
  const [top, layer] = path?.split('/') ?? [];
  return top === 'src' ? layer : undefined;
};

const rankOf = (layer: string | undefined): number =>
  LAYERS.findIndex(({ name }) => name === layer);

const checkOwners = ({ path, imports, uses }: SourceFile): readonly Violation[] => {
  const taken = [
    ...imports.map(({ specifier, line }) => ({ module: moduleOf(specifier), line })),
    ...uses.map(({ name, line }) => ({ name, line })),
  ];
  return OWNED.flatMap(({ modules = [], names = [], owners, reason }) => {
    if (owners.some((owner) => path === owner || (owner.endsWith('/') && path.startsWith(owner)))) {
      return [];
    }
    return taken.flatMap((one) => {
      const thing = 'module' in one ? one.module : one.name;
      const isOwned = 'module' in one ? modules.includes(thing) : names.includes(thing);
      const problem = `takes ${thing}, which only ${owners.join(' and ')} may`;
      return isOwned ? [{ at: `${path}:${one.line}`, problem, reason }] : [];
    });
  });
};

const moduleOf = (specifier: string): string => specifier.replace(/^node:/, '');
