import type { TableLine } from '../../kit/table/table-model.ts';
import type { Run } from './run.ts';
import { selected } from './runs-state.ts';

/** The run that was ticked last: where a range begins. */
let anchor: string | null = null;

/** Ticks or unticks a run; or ticks all between the last one and it. */
export const select = (
  key: string,
  { how, lines }: { readonly how: 'one' | 'range'; readonly lines: ReadonlyArray<TableLine<Run>> },
): void => {
  const keys = new Set(selected.peek());
  const from = lines.findIndex((line) => line.key === anchor);
  const to = lines.findIndex((line) => line.key === key);
  if (how === 'range' && from !== -1 && to !== -1) {
    for (const line of lines.slice(Math.min(from, to), Math.max(from, to) + 1)) {
      if (line.kind === 'item') keys.add(line.key);
    }
  } else if (!keys.delete(key)) {
    keys.add(key);
  }
  anchor = key;
  selected.value = keys;
};

/** Ticks all that are shown, or none where all of them are. */
export const selectAll = (shown: readonly Run[]): void => {
  const isAll = shown.length > 0 && shown.every(({ key }) => selected.peek().has(key));
  selected.value = new Set(isAll ? [] : shown.map(({ key }) => key));
};

export const clearSelection = (): void => {
  selected.value = new Set();
};
