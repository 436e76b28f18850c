import { resolve } from 'node:path';
import { systemClock } from '../../core/clock.ts';
import { resolvePaths } from '../../core/paths.ts';
import { isPrivateDirectory } from '../../core/private-directory.ts';
import { controlSocketIn } from '../../hub/control-socket.ts';
import { readSessionNames } from '../../hub/session-names.ts';
import { readRememberedNames } from '../../session/remembered-names.ts';
import type { CliEnvironment } from '../environment.ts';
import type { Candidate, Lookup, TypedContext } from './complete.ts';

/** What completion needs of the process that it runs in. */
export type Surroundings = Pick<CliEnvironment, 'env' | 'cwd' | 'home' | 'uid'>;

/** Looks names up in the ssh config, the store and the running hub; never on a server. */
export const createLookup = ({ env, cwd, home, uid }: Surroundings): Lookup => {
  const paths = resolvePaths({ env, uid });

  const aliases = async (configFile: string | undefined): Promise<readonly Candidate[]> => {
    const { listAliases } = await import('../../ssh/aliases.ts');
    // The shell hands over what was typed, and leaves the tilde to us.
    const file = configFile?.replace(/^~(?=\/)/, home);
    const input = file === undefined ? { home } : { home, configFile: resolve(cwd, file) };
    const found = await listAliases(input).catch(() => []);
    return found.map(({ alias }) => ({ value: alias, description: 'ssh alias' }));
  };

  const known = async () => readRememberedNames(paths.state);
  const ofSubject = async (subject: string | undefined) => {
    const hosts = await known();
    const ofHost = hosts.filter(({ host }) => host === subject);
    return subject === undefined ? hosts : ofHost;
  };

  const sessions = async () =>
    (await isPrivateDirectory(paths.runtime, uid))
      ? readSessionNames(controlSocketIn(paths.runtime), systemClock)
      : [];

  return async (what, typed: TypedContext) => {
    switch (what) {
      case 'host': {
        const opened = (await known()).filter(({ way }) => way === 'name-alone');
        return [
          ...(await aliases(typed.configFile)),
          ...opened.map(({ host }) => ({ value: host, description: 'opened before' })),
        ];
      }
      case 'session': {
        const open = await sessions();
        return [
          ...open.map(({ session, state }) => ({ value: session, description: state })),
          ...open.map(({ host }) => ({ value: host, description: 'host' })),
        ];
      }
      case 'environment':
        return (await ofSubject(typed.subject)).flatMap(({ host, environments }) =>
          environments.map((name) => ({ value: name, description: `on ${host}` })),
        );
      case 'storage':
        return (await ofSubject(typed.subject)).flatMap(({ host, storages }) =>
          storages.map((path) => ({ value: path, description: `shown last on ${host}` })),
        );
      case 'viewer': {
        const { VIEWERS } = await import('../../viewers/registry.ts');
        const { takeInOwnViewers } = await import('../own-viewers.ts');
        await takeInOwnViewers({ env, uid });
        return VIEWERS.map(({ id, title }) => ({ value: id, description: title }));
      }
      case 'shell':
        return ['bash', 'zsh', 'fish'].map((value) => ({ value, description: '' }));
      default:
        return what satisfies never;
    }
  };
};
