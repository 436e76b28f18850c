import { signal } from '@preact/signals';

const BEAT_MS = 1_000;

/**
 * Seconds since the epoch, renewed every second while the page is in sight. Reads the server's
 * clock where `setServerTime` told it: durations are right on a machine whose own is wrong.
 */
export const now = signal(Date.now() / 1000);

/** Server's time minus ours, seconds. */
let offset = 0;

/** Tells what time the server has now; seconds since the epoch. */
export const setServerTime = (seconds: number): void => {
  offset = seconds - Date.now() / 1000;
  beat();
};

const beat = (): void => {
  now.value = Date.now() / 1000 + offset;
};

setInterval(() => {
  if (!document.hidden) beat();
}, BEAT_MS);
document.addEventListener('visibilitychange', beat);
