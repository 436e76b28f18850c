import type { LogLevel } from '../core/logger.ts';
import { createStyle, type Style } from './style.ts';

/** The two output streams of a command, and how they are to be used. */
export interface Terminal {
  /** Data: what a script reads. */
  out(text: string): void;
  /** A whole line for people; stderr, so that data stays clean. */
  err(text: string): void;
  /** A line of progress that may be written over; nothing where stderr is no terminal. */
  progress(text: string): void;
  readonly outStyle: Style;
  readonly errStyle: Style;
  /** Columns of the terminal behind stdout; 100 where there is none. */
  readonly width: number;
  /** A person sits there: questions can be asked. */
  readonly person: 'present' | 'absent';
  /** Where questions are put and answered: stdout stays clean. */
  readonly asking: { readonly input: NodeJS.ReadStream; readonly output: NodeJS.WriteStream };
  /** Calls back when nobody reads stdout any more: a closed terminal, `| head`. */
  onGone(listener: () => void): () => void;
}

export interface TerminalStreams {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const ERASE_LINE = '\r\u001b[2K';

/** The terminal of this process. */
export const createTerminal = ({ stdin, stdout, stderr, env }: TerminalStreams): Terminal => {
  // Without a listener the first write to a terminal or pipe that was closed would end the process,
  // before anything that it opened is undone.
  for (const stream of [stdout, stderr]) stream.on('error', () => undefined);
  const rewrites = stderr.isTTY && env.TERM !== 'dumb';
  let line: 'clean' | 'progress' = 'clean';
  const erase = () => {
    if (line === 'progress') stderr.write(ERASE_LINE);
    line = 'clean';
  };
  return {
    out: (text) => {
      erase();
      stdout.write(`${text}\n`);
    },
    err: (text) => {
      erase();
      stderr.write(`${text}\n`);
    },
    progress: (text) => {
      if (!rewrites) return;
      erase();
      if (text === '') return;
      stderr.write(text);
      line = 'progress';
    },
    outStyle: createStyle(stdout, env),
    errStyle: createStyle(stderr, env),
    width: stdout.isTTY ? stdout.columns || 80 : 100,
    asking: { input: stdin, output: stderr },
    person: stdin.isTTY && stderr.isTTY ? 'present' : 'absent',
    onGone: (listener) => {
      stdout.on('error', listener);
      return () => stdout.off('error', listener);
    },
  };
};

/** Writes log lines to stderr. */
export const logTo =
  ({ err, errStyle }: Terminal) =>
  (level: LogLevel, message: string): void => {
    if (level === 'warn') err(`${errStyle.yellow('warning:')} ${message}`);
    else if (level === 'error') err(`${errStyle.red('error:')} ${message}`);
    else err(errStyle.dim(message));
  };
