import { singleLine } from '../core/text.ts';
import type { Command } from './command.ts';

/** A command as one line that a person can read and paste into a shell; for logs and hints, never for running. */
export const commandLine = ({ file, args }: Pick<Command, 'file' | 'args'>): string =>
  [file, ...args].map((word) => shellQuote(singleLine(word))).join(' ');

/** One word, quoted for a POSIX shell where it needs it. */
export const shellQuote = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
