import { naturalKey } from '../../kit/natural-order.ts';
import type { Value } from '../api-types.ts';
import type { Field } from './filter/fields.ts';
import type { Run } from './run.ts';

/** Runs that have the same value in what they are grouped by. */
export interface RunGroup {
  /** Told apart by it; also which groups are closed. */
  readonly key: string;
  readonly title: string;
  readonly runs: readonly Run[];
}

/** Runs at a path or below it; '' is all of them. */
export const isBelow = (path: string, scope: string): boolean =>
  scope === '' || path === scope || path.startsWith(`${scope}/`);

/**
 * Sorts by one field. What has no value comes last in both directions; what is equal stays in the
 * order in which it came.
 */
export const sortRuns = (
  runs: readonly Run[],
  one: {
    readonly field: Field;
    readonly direction: 'ascending' | 'descending';
    readonly now: number;
  },
): readonly Run[] => {
  const sign = one.direction === 'ascending' ? 1 : -1;
  return runs
    .map((run) => ({ run, key: sortKey(one.field.read(run, one.now)) }))
    .sort((a, b) => {
      if (a.key === null || b.key === null) return Number(a.key === null) - Number(b.key === null);
      return sign * compareKeys(a.key, b.key);
    })
    .map(({ run }) => run);
};

const sortKey = (value: Value | readonly string[]): number | string | null => {
  if (value === null || typeof value === 'number') return value;
  const text = Array.isArray(value) ? value.join(', ') : String(value);
  return text === '' ? null : naturalKey(text);
};

/** Numbers before texts. */
const compareKeys = (a: number | string, b: number | string): number => {
  if (typeof a === 'number') return typeof b === 'number' ? a - b : -1;
  if (typeof b === 'number') return 1;
  return a < b ? -1 : Number(a > b);
};

/** Parts runs by a field; in a group they stay in their order. Tags count all together. */
export const groupRuns = (
  runs: readonly Run[],
  {
    field,
    now,
    write,
  }: {
    readonly field: Field;
    readonly now: number;
    readonly write: (value: Value) => string;
  },
): readonly RunGroup[] => {
  const groups = new Map<string, { value: Value; runs: Run[] }>();
  for (const run of runs) {
    const held = field.read(run, now);
    const value = typeof held === 'object' && held !== null ? held.join(', ') || null : held;
    const key = JSON.stringify(value);
    const group = groups.get(key) ?? { value, runs: [] };
    group.runs.push(run);
    groups.set(key, group);
  }
  return [...groups]
    .map(([key, { value, runs: members }]) => ({ key, value, runs: members }))
    .sort((a, b) => {
      const [x, y] = [sortKey(a.value), sortKey(b.value)];
      if (x === null || y === null) return Number(x === null) - Number(y === null);
      return compareKeys(x, y);
    })
    .map(({ key, value, runs: members }) => ({ key, title: write(value), runs: members }));
};

/** Mean of the numbers among values; null without any. */
export const meanOf = (values: ReadonlyArray<Value | readonly string[]>): number | null => {
  const numbers = values.filter((value) => typeof value === 'number');
  if (numbers.length === 0) return null;
  return numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
};
