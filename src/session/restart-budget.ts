/** Starts of a viewer that had crashed, oldest first, in monotonic milliseconds. */
export type Restarts = readonly number[];

/** A viewer that crashes more often has a reason that starting it again does not mend. */
export const MAX_RESTARTS = 3;
export const RESTART_WINDOW_MS = 10 * 60 * 1000;

/** Whether a crashed viewer may be started once more, and what is then to be remembered. Pure. */
export const takeRestart = (
  restarts: Restarts,
  nowMs: number,
): { readonly kind: 'start'; readonly restarts: Restarts } | { readonly kind: 'spent' } => {
  const recent = restarts.filter((atMs) => nowMs - atMs < RESTART_WINDOW_MS);
  return recent.length < MAX_RESTARTS
    ? { kind: 'start', restarts: [...recent, nowMs] }
    : { kind: 'spent' };
};
