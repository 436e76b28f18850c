import { systemClock } from '../core/clock.ts';
import type { PortholeError } from '../core/errors.ts';
import { nameAndVersion, singleLine } from '../core/text.ts';
import type { HubPlacement, SessionView } from '../hub/messages.ts';
import type { OpenEvent } from '../session/interaction.ts';
import type { SessionState } from '../session/state.ts';
import { describeState } from '../session/state-holder.ts';
import { VIEWERS } from '../viewers/registry.ts';
import type { Terminal } from './terminal.ts';

/** Who keeps a session open: this terminal, or the hub in another process. */
export type Holder = 'here' | { readonly placement: HubPlacement; readonly pid: number };

/** How `open` tells what it does: lines for people, or JSON lines for scripts. */
export interface OpenOutput {
  /** Whether questions of choice may be put (never under --json). */
  readonly asks: 'person' | 'nobody';
  report(event: OpenEvent): void;
  ready(view: SessionView, holder: Holder): void;
  /** A change after ready. */
  state(session: string, state: SessionState): void;
  /** The own session has ended, or failed; those of other terminals go on. */
  staying(others: readonly string[], failure: PortholeError | undefined): void;
  stopping(): void;
  close(): void;
}

export const createOpenOutput = (terminal: Terminal, form: 'text' | 'json'): OpenOutput =>
  form === 'json' ? jsonOutput(terminal) : textOutput(terminal);

const jsonOutput = ({ out }: Terminal): OpenOutput => {
  const startedMs = systemClock.monotonicMs();
  let phase: 'opening' | 'open' = 'opening';
  const line = (value: unknown) => out(JSON.stringify(value));
  return {
    asks: 'nobody',
    report: line,
    ready: (view) => {
      phase = 'open';
      const { session, host, viewer, viewerVersion, env, python, storage, localPort, url, way } =
        view;
      const ms = Math.round(systemClock.monotonicMs() - startedMs);
      line({
        ...{ type: 'ready', session, host, viewer, viewerVersion, env, python, storage },
        ...(view.adopted === null ? {} : { adopted: view.adopted }),
        ...{ localPort, url, way, ms },
      });
    },
    state: (session, state) => {
      if (phase === 'opening' && state.kind !== 'reconnecting') return;
      const reason =
        state.kind === 'reconnecting' || state.kind === 'stopped'
          ? { reason: state.reason }
          : state.kind === 'ready' && state.note !== undefined
            ? { reason: state.note }
            : state.kind === 'failed'
              ? { reason: state.error.message }
              : {};
      const wayOf = state.kind === 'ready' ? { way: state.way } : {};
      const phaseOf = state.kind === 'reconnecting' ? { phase: state.phase } : {};
      line({ type: 'state', session, state: state.kind, ...phaseOf, ...wayOf, ...reason });
    },
    staying: (others, failure) => line({ type: 'note', text: stayingFor(others, failure) }),
    stopping: () => undefined,
    close: () => undefined,
  };
};

const LABEL_WIDTH = 9;

const textOutput = (terminal: Terminal): OpenOutput => {
  const { bold, dim, green, yellow } = terminal.errStyle;
  let phase: 'opening' | 'open' | 'stopping' = 'opening';
  const label = (text: string) => `  ${text.padEnd(LABEL_WIDTH)}`;
  return {
    asks: terminal.person === 'present' ? 'person' : 'nobody',
    report: (event) => {
      if (event.type === 'note')
        return terminal.err(`  ${yellow('note:')} ${singleLine(event.text)}`);
      if (event.status === 'start') return terminal.progress(dim(`${label(event.step)}...`));
      const seconds = dim(`${(event.ms / 1000).toFixed(2)} s`);
      terminal.err(`${label(event.step)}${green('✓')} ${event.detail}  ${seconds}`);
    },
    ready: (view, holder) => {
      phase = 'open';
      terminal.err('');
      const title = bold(singleLine(nameAndVersion(titleOf(view) ?? '', view.viewerVersion ?? '')));
      terminal.err(`  ${title} shows ${singleLine(view.storage ?? '')} on ${view.host}`);
      terminal.out(`${view.url}`);
      for (const line of endings(view, holder)) terminal.err(dim(`  ${line}`));
    },
    state: (session, state) => {
      if (phase !== 'open') return;
      if (state.kind === 'reconnecting' || state.kind === 'ready') {
        terminal.err(`  ${session}: ${describeState(state)}`);
      }
    },
    staying: (others, failure) => terminal.err(`  ${stayingFor(others, failure)}`),
    stopping: () => {
      if (phase === 'open') terminal.err(dim('  stopping ...'));
      phase = 'stopping';
    },
    close: () => terminal.progress(''),
  };
};

/** What ends a session. */
const endings = ({ session, adopted }: SessionView, holder: Holder): readonly string[] => {
  const rest = adopted === null ? 'stops it' : `closes it here; process ${adopted} there goes on`;
  if (holder === 'here') return [`Ctrl+C ${rest}.`];
  const stop = `porthole stop ${session} ${rest}.`;
  return holder.placement === 'background'
    ? [`It stays in the background; ${stop}`]
    : [
        stop,
        `It is held by the porthole of another terminal (process ${holder.pid}): with that it ends.`,
      ];
};

const stayingFor = (others: readonly string[], failure: PortholeError | undefined): string => {
  const own = failure === undefined ? 'This session has ended.' : failure.message;
  return `${own} This porthole stays for ${others.join(', ')} of another terminal; Ctrl+C stops that too.`;
};

/** A hub of another version may run a viewer that this porthole does not know. */
const titleOf = ({ viewer }: SessionView): string | null =>
  VIEWERS.find(({ id }) => id === viewer)?.title ?? viewer;
