import { relayTo } from '../../hub/remote-interaction.ts';
import type { ProbeResult } from '../../remote/protocol.ts';
import { probeResultSchema } from '../../remote/protocol.ts';
import type { OpenRequest } from '../../session/open-request.ts';
import { defineCliCommand } from '../command.ts';
import { compose } from '../compose.ts';
import { type CliEnvironment, sshEnvironmentOf } from '../environment.ts';
import { renderEnvironments } from '../environment-table.ts';
import { terminalInteraction } from '../interaction.ts';
import { interruptible } from '../interruptible.ts';
import { parseSeconds, resolveTarget, SSH_FLAGS } from '../ssh-flags.ts';
import { renderStorageRoots } from '../storage-table.ts';
import type { Terminal } from '../terminal.ts';

/** `porthole envs HOST`. */
export const envsCommand = (cli: CliEnvironment) =>
  defineCliCommand({
    name: 'envs',
    description: 'Show the Python environments and storage roots found on HOST.',
    flags: {
      json: { type: 'boolean', description: 'one JSON object on stdout' },
      timeout: { type: 'string', value: 'S', description: 'seconds to wait (default 60)' },
      verbose: { type: 'boolean', short: 'v', description: 'show every ssh command' },
      ...SSH_FLAGS,
    },
    positionals: {
      host: { description: 'alias of your ssh config, or user@host', presence: 'required' },
    },
    run: async ({ flags, words }) => {
      const wish = {
        target: resolveTarget(words.host, flags, cli.cwd),
        sshEnvironment: sshEnvironmentOf(cli.env),
        timeoutMs: parseSeconds(flags.timeout ?? '60', '--timeout', { min: 1, max: 86_400 }),
      };
      const probe = await probeOnce(cli, wish, flags.verbose ? 'debug' : 'info');
      if (flags.json) cli.terminal.out(JSON.stringify(toJson(words.host, probe)));
      else cli.terminal.out(render(probe, cli.terminal));
    },
  });

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

const toJson = (host: string, { environments, storageRoots, gpus, partial }: ProbeResult) => ({
  host,
  environments,
  storageRoots,
  gpus,
  partial,
});

const render = (probe: ProbeResult, { width, outStyle }: Terminal): string => {
  const layout = { width, title: outStyle.bold };
  const { header, lines } = renderEnvironments(probe, layout);
  return [
    probe.environments.length === 0 ? 'No Python environment was found.' : header,
    ...lines,
    '',
    probe.storageRoots.length === 0
      ? 'No storage root was found.'
      : renderStorageRoots(probe, layout),
    ...probe.gpus.map(
      ({ index, name, memoryUsedMib, memoryTotalMib }) =>
        `\nGPU ${index}: ${name}, ${memoryUsedMib} of ${memoryTotalMib} MiB in use`,
    ),
    ...probe.partial.map(({ path, reason }) =>
      outStyle.yellow(`\nnot read to its end: ${path} (${reason})`),
    ),
  ].join('\n');
};
