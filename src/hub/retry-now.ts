import type { Interaction } from '../session/interaction.ts';
import type { SessionState } from '../session/state.ts';
import type { SessionEntry } from './session-view.ts';

/** Reconnects a session now; resolves with the state that came of it, or that it was in anyhow. */
export const retryNow = (
  { state, session }: SessionEntry,
  interaction: Interaction,
  signal: AbortSignal,
): Promise<SessionState['kind']> =>
  new Promise((resolve, reject) => {
    if (state.current().kind !== 'reconnecting') return resolve(state.current().kind);
    let takeBack: (() => void) | undefined;
    const leave = () => {
      stopListening();
      signal.removeEventListener('abort', giveUp);
      takeBack?.();
    };
    const stopListening = state.onChange((now) => {
      if (now.kind === 'reconnecting' && now.phase === 'connecting') return;
      leave();
      resolve(now.kind);
    });
    const giveUp = () => {
      leave();
      reject(signal.reason);
    };
    signal.addEventListener('abort', giveUp, { once: true });
    takeBack = session?.retry(interaction);
  });
