import { CATALOGUE, type CommandName } from './catalogue.ts';
import { type CommandRun, parseWords } from './command.ts';
import type { CliEnvironment } from './environment.ts';
import type { CommandWords } from './words.ts';

/** Runs a command with the words that follow its name. @throws PortholeError `usage`, and its own */
export type RunWithWords = (cli: CliEnvironment, words: readonly string[]) => Promise<void>;

/** A command that is loaded when its words are right. */
const command =
  <D extends CommandWords>(def: D, load: () => Promise<CommandRun<D>>): RunWithWords =>
  async (cli, words) => {
    const input = parseWords(def, words);
    const run = await load();
    await run(cli, input);
  };

/** Every command, loaded only when it is called. */
export const COMMANDS: Readonly<Record<CommandName, RunWithWords>> = {
  open: command(CATALOGUE.open, async () => (await import('./commands/open.ts')).open),
  envs: command(CATALOGUE.envs, async () => (await import('./commands/envs.ts')).envs),
  doctor: command(CATALOGUE.doctor, async () => (await import('./commands/doctor.ts')).doctor),
  here: command(CATALOGUE.here, async () => (await import('./commands/here.ts')).here),
  viewer: command(CATALOGUE.viewer, async () => (await import('./commands/viewer.ts')).viewer),
  hosts: command(CATALOGUE.hosts, async () => (await import('./commands/hosts.ts')).hosts),
  ls: command(CATALOGUE.ls, async () => (await import('./commands/ls.ts')).ls),
  url: command(CATALOGUE.url, async () => (await import('./commands/url.ts')).url),
  logs: command(CATALOGUE.logs, async () => (await import('./commands/logs.ts')).logs),
  retry: command(CATALOGUE.retry, async () => (await import('./commands/retry.ts')).retry),
  reap: command(CATALOGUE.reap, async () => (await import('./commands/reap.ts')).reap),
  stop: command(CATALOGUE.stop, async () => (await import('./commands/stop.ts')).stop),
  viewers: command(CATALOGUE.viewers, async () => (await import('./commands/viewers.ts')).viewers),
  completion: command(
    CATALOGUE.completion,
    async () => (await import('./commands/completion.ts')).completion,
  ),
};
