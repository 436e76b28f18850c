import type { CliEnvironment } from './environment.ts';

/**
 * Opens an address in the user's browser, where there is one to open: not inside an ssh login, and on
 * Linux not without a display. The address has been printed in any case, so a failure is no error.
 */
export const openInBrowser = async (
  cli: CliEnvironment,
  url: () => Promise<string>,
): Promise<void> => {
  if (!hasBrowser(cli)) return;
  const { default: open } = await import('open');
  try {
    await open(await url());
  } catch (error) {
    cli.terminal.err(`No browser could be opened: ${(error as Error).message}`);
  }
};

const hasBrowser = ({ env, platform }: CliEnvironment): boolean => {
  if (env.SSH_CONNECTION || env.SSH_TTY) return false;
  return platform !== 'linux' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
};
