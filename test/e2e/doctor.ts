import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { expect } from 'vitest';
import { z } from 'zod';
import { ERROR_CODES, type ErrorCode, exitCodeOf } from '../../src/core/errors.ts';
import { CHECK_IDS, type CheckId } from '../../src/session/doctor/report.ts';
import type { Lab } from '../lab/lab.ts';
import { type LabMount, withMounts } from '../lab/mounts.ts';
import { labRunner } from '../lab/run.ts';
import { expectNothingLeft } from './server-side.ts';
import type { Workplace } from './workplace.ts';

const text = z.string().min(1);
const code = z.enum(ERROR_CODES);

const resultSchema = z.strictObject({
  check: z.enum(CHECK_IDS),
  title: text,
  verdict: z.enum(['ok', 'warning', 'failed', 'not-reached']),
  ms: z.int().min(0),
  fact: text.nullable(),
  cause: text.nullable(),
  remedy: text.nullable(),
  code: code.nullable(),
  because: z.enum(CHECK_IDS).nullable(),
  command: text.nullable(),
});
export type Result = z.infer<typeof resultSchema>;

/** What `doctor --json` may print: exactly these fields, which others script against. */
const lineSchema = z.union([
  z.strictObject({
    type: z.literal('check'),
    status: z.literal('start'),
    check: z.enum(CHECK_IDS),
    title: text,
  }),
  resultSchema.extend({ type: z.literal('check'), status: z.literal('done') }),
  z.strictObject({
    type: z.literal('summary'),
    host: text,
    verdict: z.enum(['ok', 'warning', 'failed']),
    failed: resultSchema.nullable(),
    warnings: z.int().min(0),
    ms: z.int().min(0),
  }),
  z.strictObject({ type: z.literal('error'), code, message: text, hint: text.optional() }),
]);

/** An examination as a script sees it. */
export interface Examination {
  readonly exitCode: number | null;
  /** Everything that was printed. */
  readonly output: string;
  readonly verdict: 'ok' | 'warning' | 'failed';
  /** By check, in the order in which they were made. */
  readonly results: ReadonlyMap<CheckId, Result>;
  of(check: CheckId): Result;
  /** The first check that failed. */
  readonly failed: Result | null;
}

/** What is odd about this machine. */
export interface ThisMachine {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Mounts that only porthole and its ssh see. */
  readonly mounts?: readonly LabMount[];
}

/**
 * Runs `doctor --json` on a lab. Whatever it finds, each check is told once, a check that is not made says
 * because of which, the exit code is that of the first failure, and nothing is left on either side.
 */
export const examine = async (
  here: Workplace,
  lab: Lab | Pick<Lab, 'alias' | 'configFile'>,
  words: readonly string[] = [],
  { env = {}, mounts = [] }: ThisMachine = {},
): Promise<Examination> => {
  const command = {
    file: process.execPath,
    args: [here.program, 'doctor', lab.alias, '-F', lab.configFile, '--json', ...words],
    env: { ...here.env, ...env },
  };
  const ran = await labRunner.run(withMounts(command, mounts));
  const lines = await parse(ran.stdout);
  const done = lines.flatMap((line) =>
    line.type === 'check' && line.status === 'done' ? [line] : [],
  );
  expect(done.map(({ check }) => check)).toEqual(CHECK_IDS);
  const results = new Map(done.map(({ type: _, status: __, ...result }) => [result.check, result]));
  const summary = lines.find((line) => line.type === 'summary');
  if (summary === undefined) throw new Error(`There is no summary: ${ran.stdout}${ran.stderr}`);
  const firstFailed = [...results.values()].find(({ verdict }) => verdict === 'failed') ?? null;
  expect(summary.failed).toEqual(firstFailed);
  expect(ran.exitCode).toBe(
    summary.failed === null ? 0 : exitCodeOf(summary.failed.code as ErrorCode),
  );
  for (const { verdict, cause, remedy, because } of results.values()) {
    expect((cause === null) === (verdict === 'ok' || verdict === 'not-reached')).toBe(true);
    expect((remedy === null) === (cause === null)).toBe(true);
    expect((because === null) === (verdict !== 'not-reached')).toBe(true);
    if (because !== null) expect(results.get(because)?.verdict).toBe('failed');
  }
  if ('marker' in lab) await expectNothingLeft(here, [{ lab, viewers: [] }]);
  else expect(await here.remains()).toEqual([]);
  const of = (check: CheckId): Result => {
    const result = results.get(check);
    if (result === undefined) throw new Error(`There is no check ${check}.`);
    return result;
  };
  const { verdict, failed } = summary;
  return { exitCode: ran.exitCode, output: ran.stdout + ran.stderr, verdict, results, of, failed };
};

const parse = async (stdout: string) => {
  const lines: z.infer<typeof lineSchema>[] = [];
  for await (const line of createInterface({ input: Readable.from([stdout]) })) {
    lines.push(lineSchema.parse(JSON.parse(line)));
  }
  return lines;
};
