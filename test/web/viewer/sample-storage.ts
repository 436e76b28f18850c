import { mkdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** One run as Runicorn 0.6 writes it; what is left out is like in any other run. */
export interface SampleRunFiles {
  readonly path: string;
  readonly id: string;
  readonly alias?: string;
  readonly tags?: readonly string[];
  readonly status?: string;
  readonly host?: string;
  readonly pid?: number;
  readonly createdAt?: number;
  readonly durationS?: number;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly summary?: Readonly<Record<string, unknown>>;
  /** One line each. */
  readonly metrics?: ReadonlyArray<Readonly<Record<string, number>>>;
}

/** Writes a run, and gives the directory that it lies in. */
export const writeRun = async (storage: string, run: SampleRunFiles): Promise<string> => {
  const { path, id, createdAt = 1_767_225_600, durationS = 60, status = 'finished' } = run;
  const directory = join(storage, 'runs', path, id);
  await mkdir(join(directory, 'media'), { recursive: true });
  const write = (name: string, content: unknown) =>
    writeFile(join(directory, name), JSON.stringify(content, null, 2));
  const {
    alias = null,
    tags,
    host = hostname(),
    pid = 1,
    config = {},
    summary,
    metrics = [],
  } = run;
  const made = { id, path, alias, created_at: createdAt, hostname: host, pid, python: '3.11.2' };
  const isEnded = status !== 'running';
  const ended = isEnded ? { ended_at: createdAt + durationS } : {};
  await Promise.all([
    write('meta.json', { ...made, ...(tags === undefined ? {} : { tags }) }),
    write('status.json', { status, started_at: createdAt, ...ended }),
    write('assets.json', { config: { args: config, extra: {}, config_files: [] } }),
    summary === undefined ? undefined : write('summary.json', summary),
    writeFile(join(directory, 'events.jsonl'), metrics.map(toLine(createdAt)).join('')),
  ]);
  return directory;
};

/** A line of events.jsonl, with its end. */
export const toLine =
  (createdAt: number) =>
  (data: Readonly<Record<string, number>>, i: number): string => {
    const ts = createdAt + i;
    const values = { ...data, global_step: i + 1, time: ts };
    return `${JSON.stringify({ ts, type: 'metrics', data: values })}\n`;
  };

const NETS = ['resnet50', 'yolo', 'vit/base', 'vit/large'];
const STATUSES = ['finished', 'finished', 'finished', 'failed', 'interrupted'];
const OPTIMIZERS = ['AdamW', 'SGD', 'Lion'];

/** Experiments of a small group: `count` runs of four nets, the newest first by their ids. */
export const writeSampleStorage = async (
  storage: string,
  { count = 40, steps = 30 }: { readonly count?: number; readonly steps?: number } = {},
): Promise<void> => {
  const now = Math.floor(Date.now() / 1000);
  for (let i = 0; i < count; i += 1) {
    const createdAt = now - 3_600 * 7 * i - 900;
    const lr = [0.1, 0.03, 0.01, 0.003, 0.001][i % 5] ?? 0.1;
    const loss = (step: number) => (0.9 + (i % 7) / 10) / (1 + step * lr * 3) + 0.05;
    await writeRun(storage, {
      path: `${i % 3 === 0 ? 'nlp' : 'cv'}/${NETS[i % NETS.length]}`,
      id: idAt(createdAt, i),
      ...(i % 6 === 0 ? { alias: `baseline ${i / 6 + 1}` } : {}),
      ...(i % 4 === 0 ? { tags: i % 8 === 0 ? ['keep', 'paper'] : ['keep'] } : {}),
      status: STATUSES[i % STATUSES.length] ?? 'finished',
      host: `gpu${(i % 3) + 1}`,
      createdAt,
      durationS: 95 + ((i * 977) % 20_000),
      config: {
        lr,
        batch_size: 32 << (i % 3),
        optimizer: OPTIMIZERS[i % 3],
        net: { depth: 18 + i },
      },
      summary: {
        best_metric_name: 'val/acc',
        best_metric_value: 0.7 + ((i * 37) % 25) / 100,
        best_metric_step: 12,
        best_metric_mode: 'max',
      },
      metrics: Array.from({ length: steps }, (_, step) => ({
        loss: loss(step),
        'val/acc': 0.95 - loss(step) / 3,
        grad_norm: 1 / (step + 1),
      })),
    });
  }
};

const idAt = (createdAt: number, i: number): string => {
  const [day = '', time = ''] = new Date(createdAt * 1000).toISOString().split(/[T.]/);
  const hex = ((i + 1) * 0x9e3779).toString(16).padStart(6, '0').slice(-6);
  return `${day.replaceAll('-', '')}_${time.replaceAll(':', '')}_${hex}`;
};
