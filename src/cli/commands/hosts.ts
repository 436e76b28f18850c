import { resolve } from 'node:path';
import { listAliases } from '../../ssh/aliases.ts';
import { defineCliCommand } from '../command.ts';
import type { CliEnvironment } from '../environment.ts';
import { shorten } from '../environment-table.ts';
import { SSH_FLAGS } from '../ssh-flags.ts';

/** `porthole hosts`. */
export const hostsCommand = (cli: CliEnvironment) =>
  defineCliCommand({
    name: 'hosts',
    description: 'List the aliases of your ssh config, Include files followed.',
    flags: {
      json: { type: 'boolean', description: 'one JSON object on stdout' },
      config: SSH_FLAGS.config,
    },
    positionals: {},
    run: async ({ flags }) => {
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
    },
  });
