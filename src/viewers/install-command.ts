import type { LaunchEnvironment } from './adapter.ts';

/**
 * The command, to be copied by the user into a shell on the server, that installs or upgrades a
 * distribution in exactly this environment. Shown only; porthole never runs it.
 */
export const installCommand = (environment: LaunchEnvironment, distribution: string): string => {
  const words = wordsFor(environment, distribution);
  return words.map(quoteForDisplay).join(' ');
};

const wordsFor = ({ kind, name, prefix, python }: LaunchEnvironment, distribution: string) => {
  switch (kind) {
    // Environments of uv come without pip.
    case 'uv':
      return ['uv', 'pip', 'install', '--python', python, '--upgrade', distribution];
    case 'pipx':
      return ['pipx', 'inject', name, '--force', distribution];
    case 'pixi':
      return ['pixi', 'add', '--manifest-path', projectOf(prefix), '--pypi', distribution];
    case 'system':
      // Debian and others refuse installs into the system's Python (PEP 668): into the user's own site.
      return [python, '-m', 'pip', 'install', '--user', '--upgrade', distribution];
    default:
      return [python, '-m', 'pip', 'install', '--upgrade', distribution];
  }
};

/** PROJECT/.pixi/envs/NAME -> PROJECT */
const projectOf = (prefix: string): string => prefix.replace(/\/\.pixi\/envs\/[^/]+$/, '');

const quoteForDisplay = (word: string): string =>
  /^[\w@%+=:,./~-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
