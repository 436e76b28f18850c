import type { LaunchEnvironment } from './adapter.ts';

/**
 * The command, to be copied by the user into a shell on the server, that installs or upgrades a
 * distribution in exactly this environment. Shown only; porthole never runs it.
 */
export const installCommand = (environment: LaunchEnvironment, distribution: string): string => {
  if (environment.kind === 'system') return installBesideSystem(environment, distribution);
  const words = wordsFor(environment, distribution);
  return words.map(quoteForDisplay).join(' ');
};

/** Debian and others refuse every install into the system's Python, `--user` too (PEP 668). */
const installBesideSystem = ({ python }: LaunchEnvironment, distribution: string): string => {
  // One of the places that the probe looks at.
  const own = `~/.virtualenvs/${distribution}`;
  return `${quoteForDisplay(python)} -m venv ${own} && ${own}/bin/python -m pip install --upgrade ${distribution}`;
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
    default:
      return [python, '-m', 'pip', 'install', '--upgrade', distribution];
  }
};

/** PROJECT/.pixi/envs/NAME -> PROJECT */
const projectOf = (prefix: string): string => prefix.replace(/\/\.pixi\/envs\/[^/]+$/, '');

const quoteForDisplay = (word: string): string =>
  /^[\w@%+=:,./~-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
