import { openSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { ReadStream } from 'node:tty';
import type { Prompt, PromptAnswer, Prompter } from '../ssh/askpass/prompt.ts';

export interface TerminalPrompterInput {
  /** The terminal; also there when stdin and stdout are pipes. */
  readonly ttyPath?: string;
  /** Progress lines must keep still while a prompt is open. */
  readonly onPrompting?: (phase: 'begin' | 'end') => void;
  /** Ctrl+C at a prompt: the terminal cannot send SIGINT while it hides what is typed. */
  readonly onInterrupt: () => void;
}

/**
 * Asks on the terminal in ssh's own words, one prompt after the other, without echo where the answer
 * is a secret. Where there is no terminal the answer is `unavailable`.
 */
export const createTerminalPrompter = (input: TerminalPrompterInput): Prompter => {
  const openTty = ttyAt(input.ttyPath ?? '/dev/tty');
  let last: Promise<unknown> = Promise.resolve();

  const ask: Prompter = async (prompt, signal) => {
    if (signal.aborted) return GIVEN_UP;
    const terminal = openTty();
    if (terminal === undefined) return { kind: 'refuse', reason: 'unavailable' };
    const { onInterrupt } = input;
    input.onPrompting?.('begin');
    try {
      if (prompt.kind !== 'notice') {
        return await readAnswer({ prompt, signal, terminal, onInterrupt });
      }
      terminal.write(`${prompt.text.trimEnd()}\n`);
      return { kind: 'answer', text: '' };
    } finally {
      await terminal.close();
      input.onPrompting?.('end');
    }
  };

  return (prompt, signal) => {
    const answer = last.then(() => ask(prompt, signal));
    last = answer.catch(() => undefined); // the one who asked hears of it; the next may still ask
    return answer;
  };
};

const GIVEN_UP: PromptAnswer = { kind: 'refuse', reason: 'user' };

interface Tty {
  readonly input: ReadStream;
  write(text: string): void;
  close(): Promise<void>;
}

/**
 * Opens the terminal, once for all prompts: a ReadStream opens it anew for itself, and closes only
 * that. Undefined where there is no controlling terminal (ENXIO): cron, a service, a detached hub.
 */
const ttyAt = (path: string): (() => Tty | undefined) => {
  let kept: number | undefined;
  return () => {
    try {
      kept ??= openSync(path, 'r+');
      const fd = kept;
      const input = new ReadStream(fd);
      input.on('error', () => undefined); // a hang-up; `close` follows
      const closed = new Promise<void>((resolve) => input.once('close', () => resolve()));
      return {
        input,
        write: (text) => void writeSync(fd, text),
        close: async () => {
          input.destroy();
          await closed;
        },
      };
    } catch {
      return undefined;
    }
  };
};

const readAnswer = (asking: {
  prompt: Prompt;
  signal: AbortSignal;
  terminal: Tty;
  onInterrupt: () => void;
}): Promise<PromptAnswer> =>
  new Promise((resolve) => {
    const { prompt, signal, terminal, onInterrupt } = asking;
    // readline redraws the line that it knows, so only the last one is its prompt.
    const lastLine = prompt.text.lastIndexOf('\n') + 1;
    const question = prompt.text.slice(lastLine).replace(/\S$/, '$& ');
    const lines = createInterface({
      input: terminal.input,
      output: echoTo(terminal, prompt.echo),
      terminal: true,
      historySize: 0,
      prompt: question,
    });
    const finish = (answer: PromptAnswer) => {
      signal.removeEventListener('abort', giveUp);
      terminal.input.off('close', giveUp);
      lines.removeAllListeners('close');
      lines.close();
      // Hidden, nobody saw the Enter key; given up, there was none.
      if (prompt.echo === 'hidden' || answer.kind === 'refuse') terminal.write('\n');
      resolve(answer);
    };
    const giveUp = () => finish(GIVEN_UP);
    lines.once('line', (text) => finish({ kind: 'answer', text }));
    lines.once('close', giveUp); // Ctrl+D
    terminal.input.once('close', giveUp); // the terminal is gone
    lines.once('SIGINT', () => {
      giveUp();
      onInterrupt();
    });
    signal.addEventListener('abort', giveUp, { once: true });
    // The interface has taken the kernel's echo away; only now may anything be typed.
    terminal.write(prompt.text.slice(0, lastLine));
    if (prompt.echo === 'hidden') terminal.write(question);
    lines.prompt();
  });

const echoTo = (terminal: Tty, echo: Prompt['echo']): Writable =>
  new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      if (echo === 'shown') terminal.write(chunk.toString());
      done();
    },
  });
