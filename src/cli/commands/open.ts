import * as z from 'zod';
import { type SessionView, sessionViewSchema } from '../../hub/messages.ts';
import { relayTo } from '../../hub/remote-interaction.ts';
import type { ServedHub } from '../../hub/serve-hub.ts';
import type { Interaction } from '../../session/interaction.ts';
import type { OpenRequest } from '../../session/open-request.ts';
import { openInBrowser } from '../browser.ts';
import { defineCliCommand } from '../command.ts';
import { compose } from '../compose.ts';
import { type CliEnvironment, sshEnvironmentOf } from '../environment.ts';
import { terminalInteraction } from '../interaction.ts';
import { interruptible } from '../interruptible.ts';
import { createOpenOutput, type OpenOutput } from '../open-output.ts';
import { parsePort, parseSeconds, resolveTarget, SSH_FLAGS } from '../ssh-flags.ts';

const FLAGS = {
  viewer: { type: 'string', value: 'ID', description: 'viewer to open (runicorn)' },
  env: {
    type: 'string',
    value: 'NAME|PREFIX',
    description: 'environment on the server: its name, prefix or interpreter',
  },
  storage: { type: 'string', value: 'DIR', description: 'directory on the server to show' },
  port: {
    type: 'string',
    value: 'N',
    description: 'local port; without it the first free one from 8081',
  },
  pick: { type: 'boolean', description: 'choose environment and storage anew' },
  yes: { type: 'boolean', short: 'y', description: 'take the best choice without asking' },
  'no-open': { type: 'boolean', description: 'print the address, open no browser' },
  'no-auth': {
    type: 'boolean',
    description: 'no token for this session: every program on this machine may read it',
  },
  json: { type: 'boolean', description: 'one JSON object a line on stdout' },
  timeout: { type: 'string', value: 'S', description: 'seconds to get it open (default 180)' },
  grace: {
    type: 'string',
    value: 'S',
    description: 'seconds that the viewer outlives a lost connection (default 120)',
  },
  verbose: { type: 'boolean', short: 'v', description: 'show every ssh command' },
  ...SSH_FLAGS,
} as const;

const POSITIONALS = {
  host: { description: 'alias of your ssh config, or user@host', presence: 'required' },
} as const;

/** `porthole open HOST`. */
export const openCommand = (cli: CliEnvironment) =>
  defineCliCommand({
    name: 'open',
    description: 'Open the experiment viewer that runs on HOST in the local browser.',
    flags: FLAGS,
    positionals: POSITIONALS,
    run: async ({ flags, words }) => {
      const target = resolveTarget(words.host, flags, cli.cwd);
      const request: OpenRequest = {
        target,
        sshEnvironment: sshEnvironmentOf(cli.env),
        viewer: flags.viewer ?? null,
        environment: flags.env ?? null,
        storage: flags.storage ?? null,
        localPort: flags.port === undefined ? null : parsePort(flags.port, '--port'),
        choice: flags.pick ? 'pick' : 'remembered',
        confirmation: flags.yes ? 'assume-yes' : 'ask',
        auth: flags['no-auth'] ? 'none' : 'token',
        timeoutMs: parseSeconds(flags.timeout ?? '180', '--timeout', { min: 1, max: 86_400 }),
        graceS: parseSeconds(flags.grace ?? '120', '--grace', { min: 2, max: 604_800 }) / 1000,
      };
      const output = createOpenOutput(cli.terminal, flags.json ? 'json' : 'text');
      const browser = flags['no-open'] ? 'leave' : 'open';
      await open({ cli, request, output, browser, verbosity: flags.verbose ? 'debug' : 'info' });
    },
  });

interface OpenInput {
  readonly cli: CliEnvironment;
  readonly request: OpenRequest;
  readonly output: OpenOutput;
  readonly browser: 'open' | 'leave';
  readonly verbosity: 'debug' | 'info';
}

const open = async (input: OpenInput): Promise<void> => {
  const { cli, request, output } = input;
  await interruptible(cli, async (signal, onInterrupt) => {
    const { report, asks } = output;
    const interaction = terminalInteraction({ terminal: cli.terminal, report, asks, onInterrupt });
    const role = await compose(cli, input.verbosity).hubOrClient();
    if (role.kind === 'hub') return holdOpen(input, role.hub, interaction, signal);
    const call = { call: 'open', params: request, asks } as const;
    const view = await role.client.call(call, relayTo(interaction), signal);
    const opened = sessionViewSchema.parse(view);
    await announce(input, opened, 'elsewhere', async () => {
      const params = { name: opened.session };
      return z.string().parse(await role.client.call({ call: 'ticket', params }));
    });
  }).finally(output.close);
};

/** This process is the hub: it stays until the last session has ended, or until it is interrupted. */
const holdOpen = async (
  input: OpenInput,
  hub: ServedHub,
  interaction: Interaction,
  signal: AbortSignal,
): Promise<void> => {
  const { request, output } = input;
  let reason = 'stopped';
  try {
    hub.onState((name, state) => output.state(name, state));
    const session = await hub.open(request, interaction, signal);
    const view = hub.list().find((one) => one.session === session.record.name);
    if (view !== undefined) await announce(input, view, 'here', async () => session.ticketUrl());
    const end = await Promise.race([
      new Promise<'idle'>((resolve) => hub.onIdle(() => resolve('idle'))),
      hub.shutdownAsked.then(() => 'shutdown' as const),
      new Promise<'interrupted'>((resolve) => {
        if (signal.aborted) resolve('interrupted');
        signal.addEventListener('abort', () => resolve('interrupted'), { once: true });
      }),
    ]);
    const last = session.state();
    if (last.kind === 'failed') throw last.error;
    if (end === 'interrupted') {
      reason = 'stopped by Ctrl+C';
      throw signal.reason;
    }
  } finally {
    output.stopping();
    await hub.close(reason);
  }
};

const announce = async (
  { cli, output, browser }: OpenInput,
  view: SessionView,
  holder: 'here' | 'elsewhere',
  ticketUrl: () => Promise<string>,
): Promise<void> => {
  output.ready(view, holder);
  if (browser === 'open') await openInBrowser(cli, ticketUrl);
};
