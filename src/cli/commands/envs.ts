import { systemClock } from '../../core/clock.ts';
import { relayTo } from '../../hub/remote-interaction.ts';
import type { ProbeResult } from '../../remote/protocol/probe.ts';
import { probeResultSchema } from '../../remote/protocol/probe.ts';
import type { OpenRequest } from '../../session/open-request.ts';
import { PACKAGED_VIEWERS } from '../../viewers/registry.ts';
import type { CATALOGUE } from '../catalogue.ts';
import type { CommandRun } from '../command.ts';
import { compose } from '../compose.ts';
import { type CliEnvironment, sshEnvironmentOf } from '../environment.ts';
import { terminalInteraction } from '../interaction.ts';
import { interruptible } from '../interruptible.ts';
import { takeInOwnViewers } from '../own-viewers.ts';
import { renderProbe } from '../probe-report.ts';
import { parseSeconds, resolveTarget } from '../ssh-flags.ts';

/** `porthole envs HOST`. */
export const envs: CommandRun<typeof CATALOGUE.envs> = async (cli, { flags, words }) => {
  const wish = {
    target: resolveTarget(words.host, flags, cli.cwd),
    sshEnvironment: sshEnvironmentOf(cli.env),
    timeoutMs: parseSeconds(flags.timeout ?? '60', '--timeout', { min: 1, max: 86_400 }),
  };
  await takeInOwnViewers(cli);
  const probe = await probeOnce(cli, wish, flags.verbose ? 'debug' : 'info');
  const { out, outStyle: style, width } = cli.terminal;
  const { host } = words;
  if (flags.json) return out(JSON.stringify(toJson(host, probe)));
  const nowMs = systemClock.wallMs();
  out(renderProbe({ host, probe, viewers: PACKAGED_VIEWERS, width, style, nowMs }));
};

type Wish = Pick<OpenRequest, 'target' | 'sshEnvironment' | 'timeoutMs'>;

/** Probes over the running hub's connection, or over one of its own. */
const probeOnce = (cli: CliEnvironment, wish: Wish, verbosity: 'debug' | 'info') =>
  interruptible(cli, async (signal, onInterrupt): Promise<ProbeResult> => {
    const interaction = terminalInteraction({
      terminal: cli.terminal,
      report: () => undefined,
      asks: 'nobody',
      onInterrupt,
    });
    const composition = compose(cli, verbosity);
    const role = await composition.hubOrClient('terminal');
    if (role.kind === 'client') {
      const log = verbosity === 'debug' ? ('debug' as const) : ('warn' as const);
      const call = { call: 'envs', params: wish, asks: 'nobody', log } as const;
      const relay = relayTo(interaction, composition.logger);
      return probeResultSchema.parse(await role.client.call(call, relay, signal));
    }
    try {
      return await role.hub.probe(wish, interaction, signal);
    } finally {
      await role.hub.close('done');
    }
  });

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
