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
    .map(([name, members]) => ({ name, metrics: members.sort(byName) }))
    .sort((a, b) => Number(b.name === '') - Number(a.name === '') || byName(a.name, b.name));
};

/** `layer2` before `layer10`. */
const byName = (a: string, b: string): number => a.localeCompare(b, undefined, { numeric: true });
