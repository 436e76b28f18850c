import { resolve } from 'node:path';
import { listAliases } from '../../ssh/aliases.ts';
import type { CATALOGUE } from '../catalogue.ts';
import type { CommandRun } from '../command.ts';
import { shorten } from '../environment-table.ts';

/** `porthole hosts`. */
export const hosts: CommandRun<typeof CATALOGUE.hosts> = async (cli, { flags }) => {
  const hosts = await listAliases({
    home: cli.home,
    ...(flags.config === undefined ? {} : { configFile: resolve(cli.cwd, flags.config) }),
  });
  const { out, err, outStyle } = cli.terminal;
  if (flags.json) return out(JSON.stringify({ hosts }));
  if (hosts.length === 0) return err('Your ssh config names no host.');
  const width = Math.max(...hosts.map(({ alias }) => alias.length));
  for (const { alias, file, line } of hosts) {
    out(`${alias.padEnd(width)}  ${outStyle.dim(`${shorten(file, cli.home)}:${line}`)}`);
  }
};
