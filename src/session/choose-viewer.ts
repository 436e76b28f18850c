import { PortholeError } from '../core/errors.ts';
import { singleLine } from '../core/text.ts';
import type { ProbeResult } from '../remote/protocol/probe.ts';
import type { PackagedViewer, ViewerAdapter } from '../viewers/adapter.ts';
import { builtin } from '../viewers/builtin/builtin.ts';
import { COMMAND_ID, commandViewer } from '../viewers/command/command.ts';
import { AUTO, PACKAGED_VIEWERS, viewerOf } from '../viewers/registry.ts';
import { candidatesOf } from './candidates.ts';
import type { Interaction } from './interaction.ts';
import type { OpenRequest } from './open-request.ts';
import { chooseEnvironment } from './plan.ts';
import { holdsDataOf, rootsWished } from './storage-data.ts';
import { tooOldViewer } from './too-old-viewer.ts';
import { missingFor } from './unsuitable.ts';

export interface ChooseViewerInput {
  readonly request: OpenRequest;
  readonly probe: ProbeResult;
  readonly interaction: Pick<Interaction, 'report'>;
}

/**
 * The viewer asked for; else the one whose data the storage holds; else the first that an environment
 * has; else the bundled one, and says so. Who names an environment wants a viewer in it: nothing else is
 * put in its place.
 *
 * @throws PortholeError `viewer-unknown`, `usage` where the request contradicts itself, `viewer-missing`
 * where nothing that is installed can show the data
 */
export const chooseViewer = (input: ChooseViewerInput): ViewerAdapter => {
  const { request, probe, interaction } = input;
  const asked = viewerAsked(request);
  if (asked !== undefined) return asked;
  const able = ableIn(input);
  const byData = viewerByData(input, able);
  if (byData !== undefined) return byData;
  // Nothing that runs code is opened unasked.
  const found = able.find(({ capability }) => capability !== 'executes-code');
  const [first] = PACKAGED_VIEWERS;
  if (found !== undefined || first === undefined) return found ?? builtin;
  if (request.environment !== null) return first;
  if (request.choice === 'pick') return builtin;
  const text = `${whyNone(probe)}: the bundled viewer is taken, which needs none.`;
  interaction.report({ type: 'note', text });
  return builtin;
};

/**
 * The viewer that a request names, by whatever means; undefined where it leaves the choice.
 *
 * @throws PortholeError `viewer-unknown`, `usage`
 */
export const viewerAsked = (request: OpenRequest): ViewerAdapter | undefined => {
  const { viewer, command, access } = request;
  if (command !== null) {
    if (viewer === null || viewer === COMMAND_ID) {
      return checkWishes(request, commandViewer(command));
    }
    throw new PortholeError({
      code: 'usage',
      message: `Both a viewer (--viewer ${singleLine(viewer)}) and a command (after --) are given.`,
      hint: 'Leave one of them away.',
    });
  }
  if (viewer === COMMAND_ID) {
    throw new PortholeError({
      code: 'usage',
      message: 'The command that is to be the viewer is missing.',
      hint: 'It comes last: porthole open HOST -- COMMAND ARGS..., with {socket} or {port} where it takes that.',
    });
  }
  if (viewer !== null && viewer !== AUTO) return checkWishes(request, viewerOf(viewer));
  return access === 'manage' ? checkWishes(request, builtin) : undefined;
};

/** An old one is named: its user takes it for installed. */
const whyNone = (probe: ProbeResult): string => {
  const old = tooOldViewer(probe, PACKAGED_VIEWERS);
  if (old !== undefined) {
    const { title, version, environment, oldestVersion, upgrade } = old;
    return `${title} ${singleLine(version)} in "${singleLine(environment)}" is too old (porthole can start ${oldestVersion} and newer; upgrade it there: ${upgrade})`;
  }
  const count = probe.environments.length === 0 ? 'no environment' : 'none of the environments';
  return `${count} there has a viewer that porthole knows`;
};

/** The viewers that the environments, or the one asked for, can run. */
const ableIn = ({ request, probe }: ChooseViewerInput): readonly PackagedViewer[] => {
  const { environment } = request;
  if (environment === null) {
    return PACKAGED_VIEWERS.filter((viewer) => candidatesOf(probe, viewer).length > 0);
  }
  const anyViewer = { title: '', distributions: [] };
  const named = chooseEnvironment(probe, { viewer: anyViewer, environment }).environment;
  const only = { environments: [named] };
  return PACKAGED_VIEWERS.filter((viewer) => candidatesOf(only, viewer).length > 0);
};

/** The first viewer whose data is there; what is there but cannot be shown is said. */
const viewerByData = (
  { request, probe, interaction }: ChooseViewerInput,
  able: readonly PackagedViewer[],
): ViewerAdapter | undefined => {
  const roots = rootsWished(probe, request.storage);
  for (const root of roots) {
    const fits = PACKAGED_VIEWERS.filter((viewer) => holdsDataOf(root, viewer));
    const [missing] = fits;
    if (missing === undefined) continue;
    const found = fits.find((viewer) => able.includes(viewer));
    // Runs that nobody pointed at are what a root was found for; the bundled viewer shows them, too.
    const isForRuns = holdsDataOf(root, builtin) && request.environment === null;
    const isMeant = request.storage !== null || !isForRuns || found === missing;
    if (found !== undefined && isMeant) return found;
    if (isForRuns) {
      if (request.choice !== 'pick') {
        const text = `${missing.title} is in no environment there: the bundled viewer is taken, which shows the same.`;
        interaction.report({ type: 'note', text });
      }
      return builtin;
    }
    // Among several roots, another one may do.
    if (request.storage !== null && request.environment === null && request.choice !== 'pick') {
      throw missingFor(probe, missing, { path: root.path, others: able });
    }
  }
  return undefined;
};

const checkWishes = (request: OpenRequest, viewer: ViewerAdapter): ViewerAdapter => {
  if (viewer.comes === 'with-porthole' && request.environment !== null) {
    throw new PortholeError({
      code: 'usage',
      message: 'The bundled viewer runs in no environment: --env has no meaning with it.',
      hint: 'Leave --env away, or open a viewer of that environment (--viewer runicorn).',
    });
  }
  if (viewer.comes === 'in-environment' && request.access === 'manage') {
    throw new PortholeError({
      code: 'usage',
      message: `--manage is for the bundled viewer; ${viewer.title} has its own rules.`,
      hint: 'Add --viewer builtin, or leave --manage away.',
    });
  }
  return viewer;
};
