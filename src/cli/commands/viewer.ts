import { PortholeError } from '../../core/errors.ts';
import { type HubClient, HubEnded } from '../../hub/client.ts';
import { endOfHub } from '../../hub/end-of-hub.ts';
import { dashboardViewSchema } from '../../hub/messages.ts';
import type { ServedHub } from '../../hub/serve-hub.ts';
import { openInBrowser } from '../browser.ts';
import type { CATALOGUE } from '../catalogue.ts';
import type { CommandRun } from '../command.ts';
import { type Composition, compose } from '../compose.ts';
import { type CliEnvironment, sshEnvironmentOf } from '../environment.ts';
import { closeHub, spareOthers } from '../hold-hub.ts';
import { type Interrupts, interruptible } from '../interruptible.ts';
import { parsePort } from '../ssh-flags.ts';

interface ViewerInput {
  readonly cli: CliEnvironment;
  readonly composition: Composition;
  readonly port: number | null;
  readonly browser: 'open' | 'leave';
  readonly place: 'terminal' | 'background';
}

/** A hub that is found may just be ending: then the next one is asked. */
const MAX_HUBS = 5;

/** `porthole viewer`: the dashboard, by the hub that runs, or as the hub. */
export const viewer: CommandRun<typeof CATALOGUE.viewer> = async (cli, { flags }) => {
  const input: ViewerInput = {
    cli,
    composition: compose(cli, flags.verbose ? 'debug' : 'info'),
    port: flags.port === undefined ? null : parsePort(flags.port, '--port'),
    browser: flags['no-open'] ? 'leave' : 'open',
    place: flags.detach ? 'background' : 'terminal',
  };
  await interruptible(cli, async (signal, _, interrupts) => {
    for (let hubs = 1; ; hubs++) {
      const role = await findRole(input);
      if (role.kind === 'hub') return hold(input, role.hub, { signal, interrupts });
      try {
        return await askFor(input, role.client, signal);
      } catch (error) {
        if (!(error instanceof HubEnded) || hubs === MAX_HUBS) throw error;
      }
    }
  });
};

const findRole = async ({ composition, place }: ViewerInput) =>
  place === 'terminal'
    ? composition.hubOrClient('terminal')
    : { kind: 'client' as const, client: await composition.hubInBackground() };

const wishOf = ({ cli, port }: ViewerInput) => ({
  port,
  sshEnvironment: sshEnvironmentOf(cli.env),
});

/** Another process is the hub: it serves the dashboard, this one returns. */
const askFor = async (
  input: ViewerInput,
  client: HubClient,
  signal: AbortSignal,
): Promise<void> => {
  const call = { call: 'dashboard', params: wishOf(input) } as const;
  const { url, ticketUrl } = dashboardViewSchema.parse(await client.call(call, {}, signal));
  const { placement, pid } = client.hello;
  const ending =
    placement === 'background'
      ? 'It stays in the background; porthole stop --all ends it, with all that is open.'
      : `It is held by the porthole of another terminal (process ${pid}): with that it ends.`;
  await announce(input, { url, ending, ticketUrl: () => ticketUrl });
};

/** This process is the hub: it stays until it is interrupted, or asked to end. */
const hold = async (
  input: ViewerInput,
  hub: ServedHub,
  { signal, interrupts }: { readonly signal: AbortSignal; readonly interrupts: Interrupts },
): Promise<void> => {
  const { composition, cli } = input;
  const held = { cli, hub, clock: composition.clock, interrupts };
  const end = endOfHub({ hub, signal, clock: composition.clock, unused: 'wait' });
  try {
    const { url, ticketUrl } = await hub.dashboard.serve(wishOf(input));
    await announce(input, { url, ticketUrl, ending: 'Ctrl+C ends it, with all that is open.' });
    if ((await end) === 'evicted') throw evicted();
    if (signal.aborted) await spareOthers(held, openedElsewhere(hub));
    if (signal.aborted) throw new PortholeError({ code: 'interrupted', message: 'Stopped.' });
  } finally {
    cli.terminal.err(cli.terminal.errStyle.dim('  stopping ...'));
    await closeHub(held, signal.aborted ? 'stopped by Ctrl+C' : 'stopped');
  }
};

/** What the dashboard opened ends with it, as was said; what terminals opened is theirs. */
const openedElsewhere = (hub: ServedHub): readonly string[] =>
  hub.entries().flatMap(({ name, origin }) => (origin.by === 'terminal' ? [name] : []));

interface Announcement {
  readonly url: string;
  readonly ticketUrl: () => string;
  /** What ends it, in a sentence. */
  readonly ending: string;
}

const announce = async (
  { cli, composition, browser }: ViewerInput,
  { url, ticketUrl, ending }: Announcement,
): Promise<void> => {
  const { out, err, errStyle } = cli.terminal;
  err(`  ${errStyle.bold('The dashboard')} is at`);
  out(url);
  err(errStyle.dim(`  ${ending}`));
  if (browser === 'open') {
    await openInBrowser(cli, await composition.browser(), async () => ticketUrl());
  }
};

const evicted = (): PortholeError =>
  new PortholeError({
    code: 'runtime-directory',
    message: 'Something removed the directory of porthole’s sockets; what was open has been ended.',
    hint: 'Set XDG_RUNTIME_DIR to a directory of your own that stays.',
  });
