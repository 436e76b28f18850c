import { compareNaturally } from '../../kit/natural-order.ts';

/** `/api/images`. */
export interface Images {
  readonly complete: boolean;
  readonly key: readonly string[];
  readonly step: ReadonlyArray<number | null>;
  readonly time: ReadonlyArray<number | null>;
  readonly caption: ReadonlyArray<string | null>;
  readonly path: ReadonlyArray<string | null>;
}

/** Images of one name, by step. */
export interface ImageSeries {
  readonly key: string;
  readonly images: ReadonlyArray<{
    readonly step: number | null;
    readonly time: number | null;
    readonly caption: string | null;
    readonly path: string;
  }>;
}

/** The columns of the answer as one series a name, names in order, steps in order. */
export const imageSeries = (images: Images): readonly ImageSeries[] => {
  const byKey = new Map<string, ImageSeries['images'][number][]>();
  images.key.forEach((key, i) => {
    const path = images.path[i];
    if (path == null) return;
    const [step = null, time = null] = [images.step[i], images.time[i]];
    const list = byKey.get(key) ?? [];
    list.push({ step, time, caption: images.caption[i] ?? null, path });
    byKey.set(key, list);
  });
  return [...byKey]
    .sort(([a], [b]) => compareNaturally(a, b))
    .map(([key, list]) => ({
      key,
      images: list.sort((a, b) => (a.step ?? a.time ?? 0) - (b.step ?? b.time ?? 0)),
    }));
};
