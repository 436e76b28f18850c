import { Button } from '../../kit/button.tsx';
import { counted, formatCount } from '../../kit/format.ts';
import { setQuery } from '../../kit/location.ts';
import { Menu, type MenuItem } from '../../kit/menu.tsx';
import { Popover } from '../../kit/popover.tsx';
import { columnTitle } from './columns.ts';
import { FilterField } from './filter-field.tsx';
import { columnNames, runList } from './runs-feed.ts';
import { inPath, shown, view } from './runs-state.ts';
import styles from './runs-toolbar.module.css';

/** What is shown, and how. */
export const RunsToolbar = (props: {
  readonly isPanelOpen: boolean;
  readonly onTogglePanel: () => void;
  readonly onChooseColumns: () => void;
}) => (
  <div class={styles.toolbar}>
    <Button
      variant="quiet"
      icon="sidebar"
      label={props.isPanelOpen ? 'Hide the paths' : 'Show the paths'}
      expanded={props.isPanelOpen}
      onClick={props.onTogglePanel}
    />
    <FilterField />
    <Count />
    <Problems />
    <div class={styles.tools}>
      <GroupMenu />
      <Button icon="columns" haspopup="dialog" onClick={props.onChooseColumns}>
        Columns
      </Button>
    </div>
  </div>
);

const Count = () => {
  const { scan, pending } = runList.value;
  const [some, all] = [shown.value.length, inPath.value.length];
  const isUnknown = all === 0 && !scan.complete;
  return (
    <p class={styles.count} role="status">
      {isUnknown
        ? 'Looking for runs'
        : some === all
          ? counted(all, 'run')
          : `${formatCount(some)} of ${counted(all, 'run')}`}
      {!scan.complete && scan.found > scan.read && (
        <span class={styles.busy}>
          {' '}
          · reading {formatCount(scan.read)} of {formatCount(scan.found)}
        </span>
      )}
      {scan.complete && pending > 0 && (
        <span class={styles.busy}> · metrics of {formatCount(pending)} on their way</span>
      )}
    </p>
  );
};

/** Links that lead outside, directories that cannot be read: told where somebody misses a run. */
const Problems = () => {
  const { problems } = runList.value.scan;
  if (problems.length === 0) return null;
  return (
    <Popover label="What is not shown" icon="alert" variant="quiet">
      {() => (
        <ul class={styles.problems}>
          {problems.map((problem) => (
            <li key={problem}>{problem}</li>
          ))}
        </ul>
      )}
    </Popover>
  );
};

const BASE_GROUPS = ['path', 'status', 'tag', 'host'] as const;
/** More than these are found by typing into the columns, not in a menu. */
const MOST_CONFIG = 40;

const GroupMenu = () => {
  const { group } = view.value;
  const item = (id: string): MenuItem => ({
    label: columnTitle(id).title,
    checked: group === id,
    onSelect: () => setQuery({ group: id }),
  });
  const config = columnNames.value.config.name.slice(0, MOST_CONFIG);
  return (
    <Menu
      label="Group runs"
      icon="group"
      text={group === '' ? 'Group' : columnTitle(group).title}
      groups={[
        [
          {
            label: 'No groups',
            checked: group === '',
            onSelect: () => setQuery({ group: null }),
          },
        ],
        BASE_GROUPS.map(item),
        config.map((name) => item(`config:${name}`)),
      ]}
    />
  );
};
