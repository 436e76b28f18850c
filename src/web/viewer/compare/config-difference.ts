import { compareNaturally } from '../../kit/natural-order.ts';
import type { Value } from '../api-types.ts';

/** Settings that are not the same in all runs, with each run's value (undefined: it has none). */
export const configDifference = (
  configs: ReadonlyArray<Readonly<Record<string, Value>>>,
): ReadonlyArray<{ readonly key: string; readonly values: ReadonlyArray<Value | undefined> }> =>
  [...new Set(configs.flatMap((config) => Object.keys(config)))]
    .sort(compareNaturally)
    .map((key) => ({
      key,
      values: configs.map((config) => (Object.hasOwn(config, key) ? config[key] : undefined)),
    }))
    .filter(({ values }) => values.some((value) => value !== values[0]));
