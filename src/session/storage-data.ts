import { posix } from 'node:path';
import { singleLine } from '../core/text.ts';
import type { ProbeResult, StorageRoot } from '../remote/protocol/probe.ts';
import type { ViewerAdapter } from '../viewers/adapter.ts';
import { storagesOf } from './candidates.ts';

/** Runs of Runicorn are counted, and shown by two viewers; other data is known by names. */
const SHOW_RUNS: readonly string[] = ['runicorn', 'builtin'];

/** Whether data of a viewer was found in a storage root. */
export const holdsDataOf = (
  { data, runs }: Pick<StorageRoot, 'data' | 'runs'>,
  { id }: Pick<ViewerAdapter, 'id'>,
): boolean => data.includes(id) || (runs > 0 && SHOW_RUNS.includes(id));

/** An asked storage as the server knows it: absolute, from the home where it is not. */
export const absoluteStorage = (storage: string, home: string): string =>
  posix.resolve(home, storage.replace(/^~(?=\/|$)/, home));

/** The storage root asked for, where the probe looked at it; else all that were found, best first. */
export const rootsWished = (
  probe: Pick<ProbeResult, 'storageRoots' | 'host'>,
  asked: string | null,
): readonly StorageRoot[] => {
  if (asked === null) return storagesOf(probe);
  const path = absoluteStorage(asked, probe.host.home);
  return probe.storageRoots.filter((root) => absoluteStorage(root.path, probe.host.home) === path);
};

/** What is said where a storage holds no data of the viewer that is to show it; undefined where it does. */
export const otherDataNote = (
  root: StorageRoot,
  viewer: ViewerAdapter,
  all: readonly ViewerAdapter[],
): string | undefined => {
  if (viewer.data.length === 0 || holdsDataOf(root, viewer)) return undefined;
  const others = all
    .filter((one) => holdsDataOf(root, one))
    .map(({ id, title }) => `${title} (--viewer ${id})`);
  const instead = others.length === 0 ? '' : `, but data of ${others.join(', ')}`;
  return `no data of ${viewer.title} was found in ${singleLine(root.path)}${instead}.`;
};
