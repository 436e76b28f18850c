import { PortholeError } from '../core/errors.ts';
import { counted, singleLine } from '../core/text.ts';
import type { Environment, ProbeResult } from '../remote/protocol/probe.ts';
import type { PackagedViewer, Requirement } from '../viewers/adapter.ts';
import { installCommand } from '../viewers/install-command.ts';
import { nameOfRunning, runningOn } from './adopt-plan.ts';
import {
  packageOf,
  type Runnable,
  rankEnvironments,
  type Suitability,
  suitabilityOf,
} from './candidates.ts';

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
  const running = runningOn(probe, { viewer, storage: path });
  const ways = [
    ...(running === undefined
      ? []
      : [
          `--adopt ${running.process.pid} opens ${nameOfRunning(running)}, which runs there already`,
        ]),
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
export const noCandidate = (probe: ProbeResult, viewer: Runnable): PortholeError => {
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
