import type { ProbeResult } from '../remote/protocol/probe.ts';
import type { PackagedViewer } from '../viewers/adapter.ts';
import { installCommand } from '../viewers/install-command.ts';
import { packageOf, suitabilityOf } from './candidates.ts';

/** A viewer that is on the server, but in no environment new enough to be started. */
export interface TooOldViewer {
  readonly title: string;
  readonly version: string;
  /** Name of the environment. */
  readonly environment: string;
  readonly oldestVersion: string;
  /** Upgrades it there; for the user to run. */
  readonly upgrade: string;
}

/** The first such viewer: what stands in the way of a user who takes it for installed. */
export const tooOldViewer = (
  { environments }: Pick<ProbeResult, 'environments'>,
  viewers: readonly PackagedViewer[],
): TooOldViewer | undefined => {
  for (const viewer of viewers) {
    if (environments.some((one) => suitabilityOf(one, viewer) === 'suitable')) continue;
    const old = environments.find((one) => suitabilityOf(one, viewer) === 'too-old');
    const found = old && packageOf(old, viewer);
    if (old === undefined || found === undefined) continue;
    const { version, oldestVersion, distribution } = found;
    const upgrade = installCommand(old, distribution);
    return { title: viewer.title, version, environment: old.name, oldestVersion, upgrade };
  }
  return undefined;
};
