import { join } from 'node:path';

/** Path of the hub's control socket. */
export const controlSocketIn = (runtimeDirectory: string): string =>
  join(runtimeDirectory, 'hub.sock');
