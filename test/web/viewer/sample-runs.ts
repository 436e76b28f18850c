import type { ColumnNames } from '../../../src/web/viewer/api-types.ts';
import type { Run } from '../../../src/web/viewer/runs/run.ts';

/** A run like any other, with what a test wants of it. */
export const sampleRun = (wanted: Partial<Run> = {}): Run => ({
  key: 'runs/cv/yolo/20260101_101010_abcdef',
  id: '20260101_101010_abcdef',
  path: 'cv/yolo',
  alias: null,
  tags: [],
  status: 'finished',
  reason: null,
  createdAt: 1_000,
  startedAt: 1_000,
  endedAt: 1_060,
  updatedAt: 1_060,
  duration: 60,
  host: 'gpu1',
  pid: 42,
  bestName: null,
  bestValue: null,
  size: 2048,
  deletedAt: null,
  problem: null,
  values: {},
  ...wanted,
});

/** Names that the runs of a storage have. */
export const sampleNames: ColumnNames = {
  complete: true,
  metrics: { name: ['loss', 'val/acc', 'lr', 'grad norm'], runs: [9, 8, 7, 1] },
  config: { name: ['lr', 'net.width', 'optimizer'], runs: [9, 9, 9] },
  summary: { name: ['params'], runs: [3] },
};
