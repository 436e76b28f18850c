import type { ArgsDef, CommandDef } from 'citty';
import type { CliEnvironment } from './environment.ts';

/** Every command, loaded only when it is called. */
export const COMMANDS: Readonly<
  Record<string, (cli: CliEnvironment) => Promise<CommandDef<ArgsDef>>>
> = {
  open: async (cli) => (await import('./commands/open.ts')).openCommand(cli),
  envs: async (cli) => (await import('./commands/envs.ts')).envsCommand(cli),
  hosts: async (cli) => (await import('./commands/hosts.ts')).hostsCommand(cli),
  ls: async (cli) => (await import('./commands/ls.ts')).lsCommand(cli),
  stop: async (cli) => (await import('./commands/stop.ts')).stopCommand(cli),
  logs: async (cli) => (await import('./commands/logs.ts')).logsCommand(cli),
  url: async (cli) => (await import('./commands/url.ts')).urlCommand(cli),
  retry: async (cli) => (await import('./commands/retry.ts')).retryCommand(cli),
};
