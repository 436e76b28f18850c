import { createHash } from 'node:crypto';
import { join } from 'node:path';
import envPaths from 'env-paths';

/** Directories of porthole on this machine. */
export interface Paths {
  /** Settings written by the user. */
  readonly config: string;
  /** What porthole remembers between runs; holds no secret. */
  readonly state: string;
  /** What can be made anew. */
  readonly cache: string;
  /** Sockets of the running hub; short, because socket paths may have 104 characters at most. */
  readonly runtime: string;
}

/** What decides where the directories lie. */
export interface PathsInput {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly uid: number;
}

/**
 * Resolves the directories: the platform's own, or all below PORTHOLE_HOME where that is set
 * (each PORTHOLE_HOME has a hub of its own).
 */
export const resolvePaths = ({ env, uid }: PathsInput): Paths => {
  const home = env.PORTHOLE_HOME;
  const runtimeParent = env.XDG_RUNTIME_DIR || '/tmp';
  // Not the name that the agent uses on a server: the server may be this very machine.
  const base = join(runtimeParent, `porthole-hub-${uid}`);
  if (home) {
    const id = createHash('sha256').update(home).digest('hex').slice(0, 8);
    const at = (name: string) => join(home, name);
    return {
      ...{ config: at('config'), state: at('state'), cache: at('cache') },
      runtime: `${base}-${id}`,
    };
  }
  const platform = envPaths('porthole', { suffix: '' });
  const { config, log, cache } = platform;
  return { config, state: log, cache, runtime: base };
};
