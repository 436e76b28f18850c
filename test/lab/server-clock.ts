import { chmod, copyFile, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LabOptions } from './lab.ts';
import { replacePythons } from './mounts.ts';

const PROGRAM = fileURLToPath(new URL('server-clock.py', import.meta.url));

/** The wall clock of a lab's server, as its Python programs see it; the machine's own is not touched. */
export interface ServerClock extends AsyncDisposable {
  /** What a lab is to be started with; needs root. */
  readonly options: Pick<LabOptions, 'account' | 'mounts'>;
  /** Sets it, for what runs there already as well: so many hours off. */
  set(hoursOff: number): Promise<void>;
}

export const makeServerClock = async (): Promise<ServerClock> => {
  const directory = await mkdtemp('/var/tmp/porthole-clock-');
  const [python, wrapper, program, clock] = ['python', 'wrapper', 'program.py', 'clock'].map(
    (name) => join(directory, name),
  ) as [string, string, string, string];
  const set = async (hoursOff: number) => {
    await writeFile(`${clock}.new`, String(hoursOff));
    await chmod(`${clock}.new`, 0o644);
    await rename(`${clock}.new`, clock);
  };
  await set(0);
  await copyFile('/usr/bin/python3', python);
  await copyFile(PROGRAM, program);
  const before = `exec(open('${program}').read());let_clock_jump('${clock}')`;
  await writeFile(
    wrapper,
    [
      '#!/bin/bash',
      'words=() last=',
      'for word in "$@"; do',
      `  [ "$last" = -c ] && word="${before}"$'\\n'"$word"`,
      '  words+=("$word") last=$word',
      'done',
      // By the name of the system's own, which is what it takes itself for.
      `exec -a /usr/bin/python3 ${python} "\${words[@]}"`,
      '',
    ].join('\n'),
  );
  for (const path of [directory, python, wrapper, program]) await chmod(path, 0o755);
  return {
    options: { account: {}, mounts: replacePythons(wrapper) },
    set,
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
};
