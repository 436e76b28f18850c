import * as z from 'zod';
import { PortholeError, toPortholeError } from '../../core/errors.ts';
import { type HubClient, HubEnded, versionsDiffer } from '../../hub/client.ts';
import { endOfHub, type HubEnd } from '../../hub/end-of-hub.ts';
import { type HubPlacement, type SessionView, sessionViewSchema } from '../../hub/messages.ts';
import { relayTo } from '../../hub/remote-interaction.ts';
import type { HubRole, ServedHub } from '../../hub/serve-hub.ts';
import type { Interaction } from '../../session/interaction.ts';
import type { OpenRequest } from '../../session/open-request.ts';
import type { Session } from '../../session/session.ts';
import { GRACE_LIMITS_S } from '../../session/settings-schema.ts';
import { openInBrowser } from '../browser.ts';
import type { CATALOGUE } from '../catalogue.ts';
import type { CommandRun } from '../command.ts';
import { type Composition, compose } from '../compose.ts';
import { type CliEnvironment, sshEnvironmentOf } from '../environment.ts';
import { closeHub, type HeldHub, spareOthers } from '../hold-hub.ts';
import { terminalInteraction } from '../interaction.ts';
import { type Interrupts, interruptible } from '../interruptible.ts';
import { createOpenOutput, type Holder, type OpenOutput } from '../open-output.ts';
import { parsePid, parsePort, parseSeconds, resolveTarget } from '../ssh-flags.ts';

/** `porthole open HOST`. */
export const open: CommandRun<typeof CATALOGUE.open> = async (cli, { flags, words, rest }) => {
  const target = resolveTarget(words.host, flags, cli.cwd);
  const composition = compose(cli, flags.verbose ? 'debug' : 'info');
  const request: OpenRequest = {
    target,
    sshEnvironment: sshEnvironmentOf(cli.env),
    viewer: flags.viewer ?? null,
    command: rest ?? null,
    adopt: flags.adopt === undefined ? null : parsePid(flags.adopt),
    environment: flags.env ?? null,
    storage: flags.storage ?? null,
    access: flags.manage ? 'manage' : 'read-only',
    localPort: flags.port === undefined ? null : parsePort(flags.port, '--port'),
    choice: flags.pick ? 'pick' : 'remembered',
    confirmation: flags.yes ? 'assume-yes' : 'ask',
    auth: flags['no-auth'] ? 'none' : 'token',
    timeoutMs: parseSeconds(flags.timeout ?? '180', '--timeout', { min: 1, max: 86_400 }),
    graceS: await graceOf(flags.grace, composition),
  };
  const output = createOpenOutput(cli.terminal, flags.json ? 'json' : 'text');
  const browser = flags['no-open'] ? 'leave' : 'open';
  const log = flags.verbose ? 'debug' : 'warn';
  const place = flags.detach ? 'background' : 'terminal';
  await openByHub({ cli, composition, request, output, browser, log, place });
};

/** The option wins over the settings, which are not looked at where it is given. */
const graceOf = async (flag: string | undefined, { settings }: Composition): Promise<number> =>
  flag === undefined
    ? (await settings()).graceS
    : parseSeconds(flag, '--grace', GRACE_LIMITS_S) / 1000;

export interface OpenInput {
  readonly cli: CliEnvironment;
  readonly composition: Composition;
  readonly request: OpenRequest;
  readonly output: OpenOutput;
  readonly browser: 'open' | 'leave';
  /** What of the log of a hub elsewhere is shown here. */
  readonly log: 'debug' | 'warn';
  /** Where a hub is to run, should there be none. */
  readonly place: HubPlacement;
}

/** A hub that is found may just be ending: then the next one is asked. */
const MAX_HUBS = 5;

/** Opens what is asked for: as the hub, or by the one that runs. */
export const openByHub = async (input: OpenInput): Promise<void> => {
  const { cli, output } = input;
  await interruptible(cli, async (signal, onInterrupt, interrupts) => {
    const { report, asks } = output;
    const interaction = terminalInteraction({ terminal: cli.terminal, report, asks, onInterrupt });
    for (let hubs = 1; ; hubs++) {
      const role = await findRole(input);
      if (role.kind === 'hub') {
        return holdOpen(input, role.hub, interaction, { signal, interrupts });
      }
      try {
        return await handOver(input, role.client, interaction, signal);
      } catch (error) {
        if (!(error instanceof HubEnded) || hubs === MAX_HUBS) throw error;
      }
    }
  }).finally(output.close);
};

const findRole = async ({ composition, place }: OpenInput): Promise<HubRole> =>
  place === 'terminal'
    ? composition.hubOrClient('terminal')
    : { kind: 'client', client: await composition.hubInBackground() };

/** Another process is the hub: it opens the session and keeps it, this one returns. */
const handOver = async (
  input: OpenInput,
  client: HubClient,
  interaction: Interaction,
  signal: AbortSignal,
): Promise<void> => {
  const { cli, request, output, log } = input;
  const { logger } = input.composition;
  const call = { call: 'open', params: request, asks: output.asks, log } as const;
  const view = await client.call(call, relayTo(interaction, logger), signal);
  const opened = sessionViewSchema.parse(view);
  const { placement, pid, version } = client.hello;
  await announce(input, opened, { placement, pid }, async () => {
    const params = { name: opened.session };
    return z.string().parse(await client.call({ call: 'ticket', params }));
  });
  if (version !== cli.version) logger.warn(versionsDiffer(client.hello, cli.version));
};

/** This process is the hub: it stays until the last session has ended, or until it is interrupted. */
const holdOpen = async (
  input: OpenInput,
  hub: ServedHub,
  interaction: Interaction,
  { signal, interrupts }: { readonly signal: AbortSignal; readonly interrupts: Interrupts },
): Promise<void> => {
  const { cli, composition, output } = input;
  const held: HeldHub = { cli, hub, clock: composition.clock, interrupts };
  const end = endOfHub({ hub, signal, clock: composition.clock, unused: 'wait' });
  try {
    hub.onState((name, state) => output.state(name, state));
    const { session, failure } = await openOwn(input, hub, interaction, { signal, end });
    const others = othersIn(hub, session);
    if (!signal.aborted && (others.length > 0 || hub.dashboard.isWanted())) {
      // Opened here by other terminals meanwhile: they go on.
      output.staying(others.length > 0 ? others : ['the dashboard'], failure);
      await end;
    }
    if (signal.aborted) {
      const left = othersIn(hub, session);
      if (left.length > 0) await session?.stop(STOPPED_BY_HAND);
      await spareOthers(held, left);
    }
    if (failure !== undefined) throw failure;
    if (!signal.aborted && (await Promise.race([end, 'open'])) === 'evicted') throw evicted();
    if (signal.aborted) throw new PortholeError({ code: 'interrupted', message: 'Stopped.' });
  } finally {
    output.stopping();
    await closeHub(held, signal.aborted ? STOPPED_BY_HAND : 'stopped');
  }
};

const STOPPED_BY_HAND = 'stopped by Ctrl+C';

const othersIn = (hub: ServedHub, own: Session | undefined): readonly string[] =>
  hub.list().flatMap(({ session }) => (session === own?.record.name ? [] : [session]));

/** What came of what this terminal asked for. */
interface Own {
  /** undefined where it was not opened. */
  readonly session: Session | undefined;
  readonly failure: PortholeError | undefined;
}

/** Opens what this terminal asked for and waits for its end, or the hub's; resolves with what came of it. */
const openOwn = async (
  input: OpenInput,
  hub: ServedHub,
  interaction: Interaction,
  { signal, end }: { readonly signal: AbortSignal; readonly end: Promise<HubEnd> },
): Promise<Own> => {
  try {
    const session = await hub.open(input.request, interaction, signal);
    const view = hub.list().find((one) => one.session === session.record.name);
    if (view !== undefined) await announce(input, view, 'here', async () => session.ticketUrl());
    await Promise.race([session.ended, end]);
    const last = session.state();
    return { session, failure: last.kind === 'failed' ? last.error : undefined };
  } catch (error) {
    return { session: undefined, failure: toPortholeError(error) };
  }
};

const announce = async (
  { cli, composition, output, browser }: OpenInput,
  view: SessionView,
  holder: Holder,
  ticketUrl: () => Promise<string>,
): Promise<void> => {
  output.ready(view, holder);
  if (browser === 'open') await openInBrowser(cli, await composition.browser(), ticketUrl);
};

const evicted = (): PortholeError =>
  new PortholeError({
    code: 'runtime-directory',
    message: 'Something removed the directory of porthole’s sockets; what was open has been ended.',
    hint: 'Set XDG_RUNTIME_DIR to a directory of your own that stays.',
  });
