import { counted, singleLine } from '../../../core/text.ts';
import type { ProbeResult } from '../../../remote/protocol/probe.ts';
import type { PackagedViewer } from '../../../viewers/adapter.ts';
import { PACKAGED_VIEWERS } from '../../../viewers/registry.ts';
import { suitabilityOf } from '../../candidates.ts';
import { tooOldViewer } from '../../too-old-viewer.ts';
import { defineCheck } from '../check.ts';
import type { Finding } from '../report.ts';

/** Environments and storage roots, and whether one of them can run a viewer. */
export const environments = defineCheck<ProbeResult>({
  id: 'environments',
  title: 'environments',
  needs: ['python'],
  byHand: (bench) => bench.sshLine([]).replace(/^ssh/, 'porthole envs'),
  look: (bench) => bench.probe(),
  judge: (probe) => judgeProbe(probe, PACKAGED_VIEWERS),
});

type Probe = Pick<ProbeResult, 'environments' | 'storageRoots' | 'partial'>;

const MAX_NAMED = 3;

export const judgeProbe = (probe: Probe, viewers: readonly PackagedViewer[]): Finding => {
  const fact = [
    counted(probe.environments.length, 'Python environment') + countsIn(probe, viewers),
    counted(probe.storageRoots.length, 'storage root'),
  ].join('; ');
  const slow = slowness(probe);
  const odd = oldViewer(probe, viewers) ?? slow;
  return odd === undefined ? { verdict: 'ok', fact } : { verdict: 'warning', fact, ...odd };
};

const countsIn = ({ environments: all }: Probe, viewers: readonly PackagedViewer[]): string =>
  viewers
    .map((viewer) => {
      const able = all.filter((one) => suitabilityOf(one, viewer) === 'suitable');
      return `, ${able.length === 0 ? 'none' : able.length} with ${viewer.title}`;
    })
    .join('');

const oldViewer = (probe: Probe, viewers: readonly PackagedViewer[]) => {
  const old = tooOldViewer(probe, viewers);
  if (old === undefined) return undefined;
  return {
    cause: `${old.title} ${singleLine(old.version)} in "${singleLine(old.environment)}" is too old: porthole can start ${old.oldestVersion} and newer.`,
    remedy: `On the server: ${old.upgrade}. Until then the bundled viewer opens.`,
  };
};

/** A directory that one may not read is nobody's fault; one that takes too long is a sick disk. */
const slowness = ({ partial }: Probe) => {
  const slow = partial.filter(({ reason }) => reason !== 'permission denied');
  if (slow.length === 0) return undefined;
  const named = slow
    .slice(0, MAX_NAMED)
    .map(({ path, reason }) => `${singleLine(path)} (${singleLine(reason)})`);
  const more = slow.length > MAX_NAMED ? ` and ${slow.length - MAX_NAMED} more` : '';
  return {
    cause: `Not everything could be looked at: ${named.join(', ')}${more}.`,
    remedy:
      'What lies there is not listed; name it by its path: porthole HOST --env PREFIX --storage DIR.',
  };
};
