import { ApiError, postJson } from '../../kit/api-client.ts';
import { counted } from '../../kit/format.ts';
import { showToast } from '../../kit/toast.tsx';
import { nameOf, type Run } from './run.ts';
import { clearSelection } from './selection.ts';

/** Routes that exist only where the server was started with `--manage`. */
interface ManageResults {
  readonly results: ReadonlyArray<{
    readonly run: string;
    readonly ok: boolean;
    readonly error: string | null;
    /** The run's key from now on. */
    readonly now: string;
  }>;
}

/** The server takes so many at once. */
const BATCH = 500;

/** Moves runs into the bin; a toast says what came of it, and offers the way back. */
export const deleteRuns = async (runs: readonly Run[]): Promise<void> => {
  const keys = await changeAll('manage/delete', runs, 'deleted');
  if (keys === null) return;
  clearSelection();
  showToast({
    tone: 'good',
    text: `${counted(keys.length, 'run')} moved to the bin`,
    action: { label: 'Undo', run: () => void restoreKeys(keys) },
  });
};

/** Takes runs out of the bin. */
export const restoreRuns = (runs: readonly Run[]): Promise<void> =>
  restoreKeys(runs.map(({ key }) => key));

const restoreKeys = async (keys: readonly string[]): Promise<void> => {
  const restored = await changeKeys('manage/restore', keys, 'restored');
  if (restored === null) return;
  clearSelection();
  showToast({ tone: 'good', text: `${counted(restored.length, 'run')} restored` });
};

/**
 * Gives a run a name (null: none) and tags; what is left out stays. Returns whether it worked; a
 * toast says where it did not. The list hears of it by its live events.
 */
export const changeRun = async (
  run: Run,
  change: { readonly alias?: string | null; readonly tags?: readonly string[] },
): Promise<boolean> => {
  try {
    await postJson('manage/run', { run: run.key, ...change });
    return true;
  } catch (error) {
    sayFailed(`${nameOf(run)} could not be changed`, error);
    return false;
  }
};

const changeAll = (route: string, runs: readonly Run[], what: string) =>
  changeKeys(
    route,
    runs.map(({ key }) => key),
    what,
  );

/** The keys that the changed runs have now; null where none was changed. */
const changeKeys = async (
  route: string,
  keys: readonly string[],
  what: string,
): Promise<readonly string[] | null> => {
  const changed: string[] = [];
  try {
    for (let at = 0; at < keys.length; at += BATCH) {
      const { results } = await postJson<ManageResults>(route, {
        runs: keys.slice(at, at + BATCH),
      });
      const failed = results.filter(({ ok }) => !ok);
      changed.push(...results.filter(({ ok }) => ok).map(({ now }) => now));
      if (failed[0] !== undefined) {
        const text = `${counted(failed.length, 'run')} not ${what}: ${failed[0].error ?? ''}`;
        showToast({ tone: 'bad', text });
      }
    }
  } catch (error) {
    sayFailed(`Not ${what}`, error);
  }
  return changed.length === 0 ? null : changed;
};

const sayFailed = (what: string, error: unknown): void => {
  if (!(error instanceof ApiError)) throw error;
  showToast({ tone: 'bad', text: `${what}: ${error.message}` });
};
