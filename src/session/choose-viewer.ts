import { PortholeError } from '../core/errors.ts';
import type { ProbeResult } from '../remote/protocol.ts';
import type { ViewerAdapter } from '../viewers/adapter.ts';
import { builtin } from '../viewers/builtin/builtin.ts';
import { PACKAGED_VIEWERS, viewerOf } from '../viewers/registry.ts';
import { candidatesOf } from './candidates.ts';
import type { Interaction } from './interaction.ts';
import type { OpenRequest } from './open-request.ts';

export interface ChooseViewerInput {
  readonly request: OpenRequest;
  readonly probe: ProbeResult;
  readonly interaction: Pick<Interaction, 'report'>;
}

/**
 * The viewer asked for; else the first that an environment has; else the bundled one, and says so. Who
 * names an environment wants the viewer in it: nothing else is put in its place.
 *
 * @throws PortholeError `viewer-unknown`, `usage` where the request contradicts itself
 */
export const chooseViewer = ({ request, probe, interaction }: ChooseViewerInput): ViewerAdapter => {
  if (request.viewer !== null) return checkWishes(request, viewerOf(request.viewer));
  if (request.access === 'manage') return checkWishes(request, builtin);
  const found = PACKAGED_VIEWERS.find((viewer) => candidatesOf(probe, viewer).length > 0);
  const [first] = PACKAGED_VIEWERS;
  if (found !== undefined || first === undefined) return found ?? builtin;
  if (request.environment !== null) return first;
  if (request.choice === 'pick') return builtin;
  const [{ oldestVersion } = { oldestVersion: '' }] = first.distributions;
  const text = `no environment there can run ${first.title} ${oldestVersion} or newer: the bundled viewer is taken, which needs none.`;
  interaction.report({ type: 'note', text });
  return builtin;
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
