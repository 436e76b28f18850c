import { mkdir, readdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { ensureBuilt } from '../../scripts/lib/ensure-built.ts';
import type { Finished, RunningProcess } from '../../src/ssh/runner.ts';
import { makeLabDirectory, removeLab } from '../lab/directory.ts';
import type { Lab } from '../lab/lab.ts';
import { killAll, processesWith } from '../lab/processes.ts';
import { labRunner } from '../lab/run.ts';
import { type Line, type ReadyLine, readLines } from './json-lines.ts';
import { endSessionsOn } from './server-side.ts';

/** A user of porthole on this machine: the built program, with settings and a hub of its own. */
export interface Workplace extends AsyncDisposable {
  readonly directory: string;
  /** The built executable. */
  readonly program: string;
  /** What makes porthole this user's. */
  readonly env: Readonly<Record<string, string | undefined>> & {
    readonly PORTHOLE_HOME: string;
    readonly XDG_RUNTIME_DIR: string;
  };
  /** Starts `porthole WORDS` as from a terminal without a person. */
  start(words: readonly string[], env?: Readonly<Record<string, string>>): RunningPorthole;
  /** Starts `porthole open`, JSON lines and all, on a lab. */
  open(
    lab: Lab,
    words?: readonly string[],
    env?: Readonly<Record<string, string>>,
  ): RunningPorthole;
  /** What is opened on this lab by other ways ends with the workplace as well. */
  watch(lab: Lab): void;
  /** Runs `porthole WORDS` to its end. */
  run(words: readonly string[]): Promise<Finished>;
  /** Runs `porthole WORDS` to its end on a terminal, and types there. */
  onTerminal(words: readonly string[], steps: readonly Typing[]): Promise<TerminalSession>;
  /** All that porthole has written to files, settings and state, put together. */
  keptText(): Promise<string>;
  /** Processes and files of porthole on this machine: what must be empty when all has ended. */
  remains(): Promise<readonly string[]>;
}

/** What is typed, and what is waited for before. */
export interface Typing {
  readonly expect: string;
  readonly send: string;
  /** Seconds that the one who types takes for it. */
  readonly after?: number;
}

const terminalSchema = z.object({
  /** All that the terminal showed. */
  transcript: z.string(),
  exit: z.int(),
});
type TerminalSession = z.infer<typeof terminalSchema>;

/** A porthole command that runs. */
export interface RunningPorthole {
  readonly process: RunningProcess;
  readonly pid: number;
  /** The `ready` line of `open --json`. */
  ready(): Promise<ReadyLine>;
  /** The first JSON line, of those to come or here already, that `wanted` says yes to. */
  line(wanted: (line: Line) => boolean): Promise<Line>;
  /** The first line of stdout, JSON or not, that holds `text`; or the second, and so on. */
  text(text: string, number?: number): Promise<string>;
  /** All JSON lines so far. */
  lines(): readonly Line[];
  /** Sends a signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<{ exitCode: number | null; signal: NodeJS.Signals | null }>;
}

/** Runs programs on a terminal of their own; see there. */
export const DRIVER = fileURLToPath(new URL('../cli/pty-driver.py', import.meta.url));

/** Makes a workplace; what still runs in it ends with it, however the test ends. */
export const makeWorkplace = async (): Promise<Workplace> => {
  const program = await ensureBuilt();
  // As a lab's: the next run clears up after one that crashed.
  const directory = await makeLabDirectory('plain', null);
  const runtime = join(directory, 'run');
  await mkdir(runtime, { mode: 0o700 });
  await shareCompiledCode(join(directory, 'home'));
  const env = {
    PORTHOLE_HOME: join(directory, 'home'),
    XDG_RUNTIME_DIR: runtime,
    SSH_AUTH_SOCK: undefined,
    DISPLAY: undefined,
  };
  const command = (words: readonly string[]) => ({
    file: process.execPath,
    args: [program, ...words],
    env,
  });
  const start: Workplace['start'] = (words, more = {}) =>
    attend(labRunner.start({ ...command(words), env: { ...env, ...more } }));
  const servers = new Set<Lab>();

  return {
    directory,
    program,
    env,
    start,
    open: (lab, words = [], more = {}) => {
      servers.add(lab);
      return start(openWords(lab, words), more);
    },
    watch: (lab) => {
      servers.add(lab);
    },
    run: (words) => labRunner.run(command(words)),
    onTerminal: async (words, steps) => {
      const task = JSON.stringify({ argv: [process.execPath, program, ...words], steps });
      const driven = await labRunner.run({ file: 'python3', args: [DRIVER, task], env });
      const parsed = terminalSchema.safeParse(JSON.parse(driven.stdout));
      if (!parsed.success) throw new Error(`The terminal shows:\n${driven.stdout}`);
      return parsed.data;
    },
    keptText: async () => {
      const names = await readdir(env.PORTHOLE_HOME, { recursive: true, withFileTypes: true });
      // Its own program, compiled, is no text of a session's, and is led to by a link.
      const files = names.filter((one) => one.isFile());
      const texts = files.map(({ parentPath, name }) => readFile(join(parentPath, name), 'utf8'));
      return (await Promise.all(texts)).join('\n');
    },
    remains: async () => {
      const processes = await processesWith(directory);
      const files = await readdir(runtime, { recursive: true });
      return [...processes.map(({ pid, args }) => `${pid} ${args.join(' ')}`), ...files];
    },
    [Symbol.asyncDispose]: async () => {
      await killAll(() => processesWith(directory));
      for (const lab of servers) await endSessionsOn(lab);
      await removeLab(directory, null);
    },
  };
};

/** Made anew for each workplace, what V8 makes of porthole would be a fifth of every call's CPU. */
const COMPILED_CODE = fileURLToPath(new URL('../../node_modules/.cache/porthole', import.meta.url));

const shareCompiledCode = async (home: string): Promise<void> => {
  await Promise.all([COMPILED_CODE, home].map((one) => mkdir(one, { recursive: true })));
  await symlink(COMPILED_CODE, join(home, 'cache'));
};

/** Words of an `open` that a script would use, on the lab's private config. */
export const openWords = (
  lab: Pick<Lab, 'alias' | 'configFile'>,
  words: readonly string[],
): readonly string[] => [
  ...['open', lab.alias, '-F', lab.configFile, '--yes', '--no-open', '--json'],
  ...words,
];

const attend = (process_: RunningProcess): RunningPorthole => {
  const output = readLines(process_);
  return {
    process: process_,
    pid: process_.pid ?? Number.NaN,
    ready: () => output.first((_, parsed) => (parsed?.type === 'ready' ? parsed : undefined)),
    line: (wanted) =>
      output.first((_, parsed) => (parsed !== undefined && wanted(parsed) ? parsed : undefined)),
    text: (text, number = 1) => {
      let seen = 0;
      return output.first((raw) => (raw.includes(text) && ++seen === number ? raw : undefined));
    },
    lines: () => output.lines,
    end: (signal) => {
      process.kill(process_.pid ?? Number.NaN, signal);
      return process_.exited;
    },
  };
};
