import type { LabOptions } from './lab.ts';

/** Files for `homeFiles`. */
type HomeFiles = NonNullable<LabOptions['homeFiles']>;

const EVERY_RC_FILE = [
  '.bashrc',
  '.bash_profile',
  '.profile',
  '.zshenv',
  '.zshrc',
  '.cshrc',
  '.tcshrc',
  '.config/fish/config.fish',
] as const;

/** What the rc files of each shell print, to stdout and stderr, with colours and without a last newline. */
export const noisyHome = (): HomeFiles =>
  inEveryRcFile((file) =>
    [
      `printf '\\033[1mWelcome\\033[0m to the cluster (%s)\\n' '${file}'`,
      `sh -c 'echo "quota: 93 %" >&2'`,
      `printf 'no newline'`,
    ].join('\n'),
  );

/** Rc files that put another shell in the place of the login's: it gets what was meant for the first. */
export const homeThatExecs = (program: string): HomeFiles => inEveryRcFile(() => `exec ${program}`);

/** Rc files that end the login; `exit` alone would end no more than the file in fish and tcsh. */
export const homeThatExits = (exitCode: number): HomeFiles =>
  inEveryRcFile(() => `exec sh -c 'exit ${exitCode}'`);

const inEveryRcFile = (text: (file: string) => string): HomeFiles =>
  Object.fromEntries(EVERY_RC_FILE.map((file) => [file, `${text(file)}\n`]));
