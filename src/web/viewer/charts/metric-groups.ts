import { compareNaturally } from '../../kit/natural-order.ts';

/** Metrics that share the first word of their names. */
export interface MetricGroup {
  /** '' for those that share it with no other. */
  readonly name: string;
  readonly metrics: readonly string[];
}

/** Groups metrics by what stands before the first slash, where several share it; those whose names hold every word of `filter`. */
export const groupMetrics = (
  metrics: readonly string[],
  filter: string,
): readonly MetricGroup[] => {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const wanted = metrics.filter((metric) =>
    words.every((word) => metric.toLowerCase().includes(word)),
  );
  const byPrefix = new Map<string, string[]>();
  for (const metric of wanted) {
    const prefix = /^([^/]+)\//.exec(metric)?.[1] ?? '';
    byPrefix.set(prefix, [...(byPrefix.get(prefix) ?? []), metric]);
  }
  const alone = [...byPrefix].filter(([name, members]) => name !== '' && members.length === 1);
  for (const [name, members] of alone) {
    byPrefix.delete(name);
    byPrefix.set('', [...(byPrefix.get('') ?? []), ...members]);
  }
  return [...byPrefix]
    .map(([name, members]) => ({ name, metrics: members.sort(byInterest) }))
    .sort((a, b) => rankOf(a) - rankOf(b) || compareNaturally(a.name, b.name));
};

/** What only counts along comes last. */
const byInterest = (a: string, b: string): number =>
  Number(a === COUNTER) - Number(b === COUNTER) || compareNaturally(a, b);

const rankOf = ({ name, metrics }: MetricGroup): number => {
  if (name !== '') return 1;
  return metrics[0] === COUNTER ? 2 : 0;
};

const COUNTER = 'epoch';
