import { resolve } from 'node:path';
import type { Command } from '../ssh/command.ts';
import type { CliEnvironment } from './environment.ts';
import { HUB_MODE } from './hidden-words.ts';

/** Starts porthole as the hub in the background; paths become absolute, since it runs elsewhere. */
export const backgroundHubCommand = ({ node, program, env, cwd }: CliEnvironment): Command => {
  const { PORTHOLE_HOME: home, PORTHOLE_SSH: ssh } = env;
  return {
    file: node,
    args: [program, HUB_MODE],
    env: {
      ...(home ? { PORTHOLE_HOME: resolve(cwd, home) } : {}),
      ...(ssh?.includes('/') ? { PORTHOLE_SSH: resolve(cwd, ssh) } : {}),
    },
  };
};
