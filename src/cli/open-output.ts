import { systemClock } from '../core/clock.ts';
import type { SessionView } from '../hub/messages.ts';
import type { OpenEvent } from '../session/interaction.ts';
import type { SessionState } from '../session/state.ts';
import { describeState } from '../session/state-holder.ts';
import { VIEWERS } from '../viewers/registry.ts';
import type { Terminal } from './terminal.ts';

/** How `open` tells what it does: lines for people, or JSON lines for scripts. */
export interface OpenOutput {
  /** Whether questions of choice may be put (never under --json). */
  readonly asks: 'person' | 'nobody';
  report(event: OpenEvent): void;
  ready(view: SessionView, holder: 'here' | 'elsewhere'): void;
  /** A change after ready. */
  state(session: string, state: SessionState): void;
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
      const { session, host, viewer, viewerVersion, env, python, storage, localPort, url } = view;
      const ms = Math.round(systemClock.monotonicMs() - startedMs);
      line({
        ...{ type: 'ready', session, host, viewer, viewerVersion, env, python, storage },
        ...{ localPort, url, ms },
      });
    },
    state: (session, state) => {
      if (phase === 'opening' && state.kind !== 'reconnecting') return;
      const reason =
        state.kind === 'reconnecting' || state.kind === 'stopped'
          ? { reason: state.reason }
          : state.kind === 'failed'
            ? { reason: state.error.message }
            : {};
      const phaseOf = state.kind === 'reconnecting' ? { phase: state.phase } : {};
      line({ type: 'state', session, state: state.kind, ...phaseOf, ...reason });
    },
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
      if (event.type === 'note') return terminal.err(`  ${yellow('note:')} ${event.text}`);
      if (event.status === 'start') return terminal.progress(dim(`${label(event.step)}...`));
      const seconds = dim(`${(event.ms / 1000).toFixed(2)} s`);
      terminal.err(`${label(event.step)}${green('✓')} ${event.detail}  ${seconds}`);
    },
    ready: (view, holder) => {
      phase = 'open';
      terminal.err('');
      terminal.err(
        `  ${bold(`${titleOf(view)} ${view.viewerVersion}`)} shows ${view.storage} on ${view.host}`,
      );
      terminal.out(`${view.url}`);
      const end =
        holder === 'here' ? 'Ctrl+C stops it.' : `porthole stop ${view.session} stops it.`;
      terminal.err(dim(`  ${end}`));
    },
    state: (session, state) => {
      if (phase !== 'open') return;
      if (state.kind === 'reconnecting' || state.kind === 'ready') {
        terminal.err(`  ${session}: ${describeState(state)}`);
      }
    },
    stopping: () => {
      if (phase === 'open') terminal.err(dim('  stopping ...'));
      phase = 'stopping';
    },
    close: () => terminal.progress(''),
  };
};

/** A hub of another version may run a viewer that this porthole does not know. */
const titleOf = ({ viewer }: SessionView): string | null =>
  VIEWERS.find(({ id }) => id === viewer)?.title ?? viewer;
