import type { CliEnvironment } from './environment.ts';

/** What `porthole --help` says. */
export const overview = async ({ terminal, version }: CliEnvironment): Promise<string> => {
  const { bold, dim } = terminal.outStyle;
  const row = (usage: string, text: string) => `  ${usage.padEnd(34)}${dim(text)}`;
  return [
    `${bold('porthole')} ${version}: the experiment viewer of your GPU server, in your browser, over your own ssh.`,
    '',
    bold('Open'),
    row('porthole HOST', 'open the viewer on HOST (an ssh alias, or user@host)'),
    row('porthole open HOST [options]', 'the same, with a choice of environment and storage'),
    '',
    bold('Look'),
    row('porthole envs HOST', 'environments and storage roots found there'),
    row('porthole hosts', 'aliases of your ssh config'),
    row('porthole ls', 'what is open'),
    row('porthole url SESSION', 'its address'),
    row('porthole logs SESSION [-f]', 'output of its viewer'),
    '',
    bold('End'),
    row('porthole stop SESSION|HOST|--all', 'stop viewer and tunnel, leave nothing behind'),
    row('porthole retry SESSION', 'reconnect now'),
    '',
    dim('Every command: --help for its options, --json for scripts, -v for each ssh command.'),
  ].join('\n');
};
