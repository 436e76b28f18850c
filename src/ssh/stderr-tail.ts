import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { neutralizeControls, singleLine, tailOf } from '../core/text.ts';

/** What a program wrote to its standard error: the end of it as text, and each line as it comes. */
export interface StderrTail {
  /** The last 32 KiB, control characters neutralised. */
  text(): string;
  /** Calls back for each complete line (neutralised, cut at 2000 characters); returns what ends it. */
  onLine(listener: (line: string) => void): () => void;
}

const MAX_TAIL_CHARACTERS = 32 * 1024;
const MAX_LINE_CHARACTERS = 2000;

/** Reads a stream to its end, so that its writer never blocks, and keeps only the tail. */
export const readTail = (stream: Readable): StderrTail => {
  const decoder = new StringDecoder('utf8');
  const listeners = new Set<(line: string) => void>();
  let kept = '';
  let line = '';

  const emitLine = () => {
    const whole = singleLine(line.slice(0, MAX_LINE_CHARACTERS));
    line = '';
    if (whole === '') return;
    for (const listener of listeners) listener(whole);
  };

  const take = (text: string) => {
    kept += text;
    if (kept.length > 2 * MAX_TAIL_CHARACTERS) kept = kept.slice(-MAX_TAIL_CHARACTERS);
    const [first = '', ...rest] = text.split('\n');
    line = appendCapped(line, first);
    for (const next of rest) {
      emitLine();
      line = appendCapped('', next);
    }
  };

  stream.on('data', (chunk: Buffer) => take(decoder.write(chunk)));
  stream.on('close', emitLine);
  // A broken pipe has nothing more to tell than its end does.
  stream.on('error', () => undefined);

  return {
    text: () => neutralizeControls(tailOf(kept, MAX_TAIL_CHARACTERS)),
    onLine: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};

const appendCapped = (line: string, more: string): string =>
  line.length >= MAX_LINE_CHARACTERS ? line : line + more.slice(0, MAX_LINE_CHARACTERS);
