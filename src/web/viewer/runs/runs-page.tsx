import { useEffect, useRef, useState } from 'preact/hooks';
import { classes } from '../../kit/classes.ts';
import { useShortcuts } from '../../kit/shortcuts.ts';
import { ColumnsDialog } from './columns-dialog.tsx';
import { PathsPanel } from './paths-panel.tsx';
import { RunsBody } from './runs-body.tsx';
import { followRuns } from './runs-feed.ts';
import styles from './runs-page.module.css';
import { neededColumns, selected } from './runs-state.ts';
import { RunsToolbar } from './runs-toolbar.tsx';
import { clearSelection } from './selection.ts';
import { SelectionBar } from './selection-bar.tsx';

/** All runs of the storage: paths at the left, filter above, table, what may be done below. */
export const RunsPage = () => {
  const page = useRef<HTMLDivElement>(null);
  const [isPanelOpen, setPanelOpen] = useState(() => window.innerWidth >= 900);
  const [isChoosing, setChoosing] = useState(false);
  useEffect(() => followRuns(() => neededColumns.value), []);
  useEffect(() => {
    document.title = 'Runs – porthole';
  }, []);

  const focus = (selector: string): void =>
    page.current?.querySelector<HTMLElement>(selector)?.focus();
  useShortcuts([
    { keys: '/', does: 'Filter runs', run: () => focus('[role="search"] input') },
    { keys: 'j', does: 'Go into the table', run: () => focus('[role="treegrid"]') },
    { keys: 't', does: 'Go into the paths', run: () => focus('[role="tree"]') },
    { keys: '[', does: 'Show or hide the paths', run: () => setPanelOpen(!isPanelOpen) },
    { keys: 'c', does: 'Choose columns', run: () => setChoosing(true) },
    { keys: 'Escape', does: 'Clear the selection', run: clearSelection },
  ]);

  return (
    <div ref={page} class={classes(styles.page, isPanelOpen && styles.withPanel)}>
      <h1 class="visually-hidden">Runs</h1>
      {isPanelOpen && <PathsPanel onClose={() => setPanelOpen(false)} />}
      <div class={styles.content}>
        <RunsToolbar
          isPanelOpen={isPanelOpen}
          onTogglePanel={() => setPanelOpen(!isPanelOpen)}
          onChooseColumns={() => setChoosing(true)}
        />
        <RunsBody />
        {selected.value.size > 0 && <SelectionBar />}
      </div>
      {isChoosing && <ColumnsDialog onClose={() => setChoosing(false)} />}
    </div>
  );
};
