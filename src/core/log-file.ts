import {
  closeSync,
  fchmodSync,
  fstatSync,
  mkdirSync,
  openSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { Clock } from './clock.ts';
import { createLogger, type Logger, type LogLevel } from './logger.ts';
import { singleLine } from './text.ts';

export interface LogFileInput {
  readonly path: string;
  /** The file grows to this many bytes; then it becomes `<path>.1`, in place of the one before. */
  readonly maxBytes: number;
  readonly level: LogLevel;
  /** Goes into each line, to tell one process from the next. */
  readonly pid: number;
  readonly clock: Clock;
}

/** A logger that writes to a file, which only this user can read. */
export interface LogFile {
  readonly logger: Logger;
  close(): void;
}

/** Longest line, in characters: one line alone cannot push all others out. */
const MAX_LINE = 8 * 1024;

/**
 * Opens a log file for appending: one line a message, control characters neutralised, the tokens of
 * sessions taken out. A file that cannot be written is no reason to stop working: then nothing is kept.
 *
 * It writes at once, not when there is time: the lines that matter are the last before a crash.
 */
export const openLogFile = ({ path, maxBytes, level, pid, clock }: LogFileInput): LogFile => {
  let file = open(path);

  const rotate = () => {
    if (file === undefined) return;
    closeSync(file.fd);
    renameSync(path, `${path}.1`);
    file = open(path);
  };

  const write = (lineLevel: LogLevel, message: string) => {
    const time = new Date(clock.wallMs()).toISOString();
    const text = withoutTokens(singleLine(message)).slice(0, MAX_LINE);
    const line = Buffer.from(`${time} [${pid}] ${lineLevel.padEnd(5)} ${text}\n`);
    try {
      if (file !== undefined && file.bytes + line.length > maxBytes) rotate();
      if (file === undefined) return;
      file.bytes += writeSync(file.fd, line);
    } catch {
      // A full disk: there is nowhere to say so.
    }
  };

  return {
    logger: createLogger(level, write),
    close: () => {
      if (file !== undefined) closeSync(file.fd);
      file = undefined;
    },
  };
};

const open = (path: string): { readonly fd: number; bytes: number } | undefined => {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const fd = openSync(path, 'a', 0o600);
    fchmodSync(fd, 0o600);
    return { fd, bytes: fstatSync(fd).size };
  } catch {
    return undefined;
  }
};

/** Nobody logs an address with its token on purpose; should it happen, it stays unread. */
const withoutTokens = (text: string): string =>
  text.replace(/\b((?:token|ticket)=)[\w-]+|\b(porthole_)[\w-]{43}/g, '$1$2***');
