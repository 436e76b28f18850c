import type { Settings } from '../session/settings-schema.ts';
import type { CliEnvironment } from './environment.ts';

/**
 * Opens an address in the user's browser, where there is one to open: not inside an ssh login, and on
 * Linux not without a display. The address has been printed in any case, so a failure is no error.
 */
export const openInBrowser = async (
  cli: CliEnvironment,
  browser: Settings['browser'],
  url: () => Promise<string>,
): Promise<void> => {
  if (browser === 'none' || !hasBrowser(cli)) return;
  const { default: open, apps } = await import('open');
  try {
    await open(await url(), browser === 'default' ? {} : { app: { name: apps[browser] } });
  } catch (error) {
    cli.terminal.err(`No browser could be opened: ${(error as Error).message}`);
  }
};

const hasBrowser = ({ env, platform }: CliEnvironment): boolean => {
  if (env.SSH_CONNECTION || env.SSH_TTY) return false;
  return platform !== 'linux' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
};
