import { systemClock } from '../../core/clock.ts';
import { type ProbeResult, probeResultSchema } from '../../remote/protocol/probe.ts';
import { PACKAGED_VIEWERS } from '../../viewers/registry.ts';
import type { CATALOGUE } from '../catalogue.ts';
import type { CommandRun } from '../command.ts';
import { takeInOwnViewers } from '../own-viewers.ts';
import { renderProbe } from '../probe-report.ts';
import { visit } from '../visit.ts';

/** `porthole envs HOST`. */
export const envs: CommandRun<typeof CATALOGUE.envs> = async (cli, { flags, words }) => {
  const { host } = words;
  await takeInOwnViewers(cli);
  const probe = await visit(cli, {
    ...{ host, flags, call: 'envs', schema: probeResultSchema },
    alone: (hub, wish, { interaction, signal }) => hub.probe(wish, interaction, signal),
  });
  const { out, outStyle: style, width } = cli.terminal;
  if (flags.json) return out(JSON.stringify(toJson(host, probe)));
  const nowMs = systemClock.wallMs();
  out(renderProbe({ host, probe, viewers: PACKAGED_VIEWERS, width, style, nowMs }));
};

const toJson = (
  host: string,
  { environments, storageRoots, running, gpus, partial }: ProbeResult,
) => ({
  host,
  environments,
  storageRoots,
  running,
  gpus,
  partial,
});
