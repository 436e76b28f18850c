import { join } from 'node:path';
import type { HubParts } from '../../src/hub/serve-hub.ts';

/** A machine of which nothing is real but its directory. */
export const machineIn = (directory: string): HubParts['machine'] => ({
  hostname: 'here',
  user: 'ada',
  node: process.versions.node,
  platform: process.platform,
  home: join(directory, 'home'),
  configDirectory: join(directory, 'config'),
  pages: join(directory, 'pages'),
});
