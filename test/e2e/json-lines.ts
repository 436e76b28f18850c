import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { RunningProcess } from '../../src/ssh/runner.ts';

const step = z.enum(['connect', 'probe', 'launch', 'forward']);

/** What `open --json` may print: exactly these fields, which others script against. */
const lineSchema = z.union([
  z.strictObject({ type: z.literal('step'), step, status: z.literal('start') }),
  z.strictObject({
    type: z.literal('step'),
    step,
    status: z.literal('done'),
    ms: z.int().min(0),
    detail: z.string(),
  }),
  z.strictObject({ type: z.literal('note'), text: z.string() }),
  z.strictObject({
    type: z.literal('ready'),
    session: z.string(),
    host: z.string(),
    viewer: z.string(),
    viewerVersion: z.string(),
    env: z.string().nullable(),
    python: z.string().nullable(),
    storage: z.string(),
    localPort: z.int(),
    url: z.url(),
    adopted: z.int().optional(),
    way: z.enum(['forward', 'agent-channel']),
    ms: z.int().min(0),
  }),
  z.strictObject({
    type: z.literal('state'),
    session: z.string(),
    state: z.enum(['reconnecting', 'ready', 'stopping', 'stopped', 'failed']),
    phase: z.enum(['waiting', 'connecting', 'needs-authentication']).optional(),
    way: z.enum(['forward', 'agent-channel']).optional(),
    reason: z.string().optional(),
  }),
  z.strictObject({
    type: z.literal('error'),
    code: z.string(),
    message: z.string(),
    hint: z.string().optional(),
    output: z.string().optional(),
  }),
]);
export type Line = z.infer<typeof lineSchema>;
export type ReadyLine = Extract<Line, { type: 'ready' }>;

/** What a program prints, line by line, as it comes. */
export interface Lines {
  /** The lines that are JSON. */
  readonly lines: readonly Line[];
  /** What `pick` makes of the first line that it makes anything of; rejects when the output ends before. */
  first<T>(pick: (raw: string, parsed: Line | undefined) => T | undefined): Promise<T>;
}

/** Reads the stdout of a program; a JSON line of another shape fails whoever waits. */
export const readLines = ({ stdout, stderr }: RunningProcess): Lines => {
  const said: { raw: string; parsed: Line | undefined }[] = [];
  const waiting = new Set<() => void>();
  let end: Error | undefined;

  const tell = () => {
    for (const look of [...waiting]) look();
  };
  const take = (raw: string) => {
    try {
      said.push({ raw, parsed: raw.startsWith('{') ? parseLine(raw) : undefined });
    } catch (error) {
      end ??= error as Error;
    }
    tell();
  };
  createInterface({ input: stdout })
    .on('line', take)
    .on('close', () => {
      const all = said.map(({ raw }) => raw).join('\n');
      end ??= new Error(`porthole has ended before that:\n${all}\n${stderr.text()}`);
      tell();
    });

  return {
    get lines() {
      return said.flatMap(({ parsed }) => (parsed === undefined ? [] : [parsed]));
    },
    first: (pick) =>
      new Promise((resolve, reject) => {
        let next = 0;
        const look = () => {
          for (; next < said.length; next++) {
            const one = said[next];
            const picked = one && pick(one.raw, one.parsed);
            if (picked === undefined) continue;
            waiting.delete(look);
            return resolve(picked);
          }
          if (end === undefined) return;
          waiting.delete(look);
          reject(end);
        };
        waiting.add(look);
        look();
      }),
  };
};

const parseLine = (raw: string): Line => {
  const parsed = lineSchema.safeParse(JSON.parse(raw));
  if (parsed.success) return parsed.data;
  throw new Error(`porthole printed what nobody expects: ${raw}\n${parsed.error.message}`);
};
