import { amendError, type PortholeError } from '../core/errors.ts';
import { listAliases, nearestAlias } from './aliases.ts';
import type { SshTarget } from './target.ts';

/**
 * The same failure, with the alias that was probably meant: for a name that nobody can resolve, where
 * the ssh configuration has one that is spelt nearly like it.
 */
export const suggestAlias = async (
  error: PortholeError,
  { host, configFile }: SshTarget,
  home: string,
): Promise<PortholeError> => {
  if (error.code !== 'host-unresolvable') return error;
  const aliases = await listAliases({
    home,
    ...(configFile === undefined ? {} : { configFile }),
  });
  // An alias that was spelt right has a HostName that is wrong: another alias is no help.
  if (aliases.some(({ alias }) => alias === host)) return error;
  const [, login = '', name = host] = /^(.*@)?(.*)$/.exec(host) ?? [];
  const near = nearestAlias(name, aliases);
  if (near === undefined || near === name) return error;
  return amendError(error, {
    hint: `Did you mean "${login}${near}"? \`porthole hosts\` lists your aliases.`,
  });
};
