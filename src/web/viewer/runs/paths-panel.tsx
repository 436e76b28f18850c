import { signal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import { Button } from '../../kit/button.tsx';
import { classes } from '../../kit/classes.ts';
import { Segmented } from '../../kit/field.tsx';
import { formatBytes, formatCount, NOTHING } from '../../kit/format.ts';
import { Icon } from '../../kit/icon.tsx';
import { setQuery } from '../../kit/location.ts';
import { Tree } from '../../kit/tree.tsx';
import { diskUse, followDiskUse } from './disk-use.ts';
import { pathLines } from './path-tree.ts';
import styles from './paths-panel.module.css';
import { runList } from './runs-feed.ts';
import { binCount, candidates, view } from './runs-state.ts';

/** Paths that were opened or closed by hand; others are open near the top. */
const toggled = signal<ReadonlyMap<string, boolean>>(new Map());
const OPEN_DEPTH = 1;

/** On a small screen the panel lies over the table; as in its style. */
const coversTable = window.matchMedia('(width < 760px)');

const isOpen = (key: string, depth: number): boolean =>
  toggled.value.get(key) ?? depth <= OPEN_DEPTH;

/** The paths of the storage: how many runs each holds, or how much of the disk. */
export const PathsPanel = ({ onClose }: { readonly onClose: () => void }) => {
  const [shows, setShows] = useState<'runs' | 'size'>('runs');
  useEffect(() => (shows === 'size' ? followDiskUse() : undefined), [shows]);
  const { path, isBin } = view.value;
  const sizes = diskUse.value;
  const total = sizes?.byPath.get('') ?? 0;
  const isKnown = candidates.value.length > 0 || runList.value.scan.complete;
  const lines = pathLines(
    candidates.value.map((run) => run.path),
    {
      title: isBin ? 'Bin' : 'All runs',
      isOpen,
      detail: (key, runs) => {
        if (shows === 'runs') return { detail: isKnown ? formatCount(runs) : '' };
        const size = sizes?.byPath.get(key);
        if (size === undefined || total === 0) return { detail: NOTHING };
        return { detail: formatBytes(size), share: size / total };
      },
    },
  );
  return (
    <>
      <aside class={styles.panel} aria-label="Paths">
        <header class={styles.header}>
          <Segmented
            label="Beside each path"
            value={shows}
            options={[
              { value: 'runs', label: 'Runs' },
              { value: 'size', label: 'Disk use' },
            ]}
            onChange={setShows}
          />
          <Button
            variant="quiet"
            icon="close"
            label="Close the paths"
            class={styles.close}
            onClick={onClose}
          />
        </header>
        <Tree
          label="Paths"
          lines={lines}
          current={path}
          onChoose={(key) => {
            setQuery({ path: key });
            if (coversTable.matches) onClose();
          }}
          onToggle={(key) => {
            const line = lines.find((one) => one.key === key);
            toggled.value = new Map(toggled.peek()).set(key, line?.isOpen === false);
          }}
        />
        {shows === 'size' && <Disk />}
        <Bin />
      </aside>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the button does the same by keyboard */}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: a way to close it by a finger */}
      <div class={styles.scrim} onClick={onClose} />
    </>
  );
};

const Disk = () => {
  const use = diskUse.value;
  if (use === null) return null;
  const { archive, artifacts } = use.other;
  return (
    <dl class={styles.disk}>
      {archive > 0 && <Fact label="Archive" bytes={archive} />}
      {artifacts > 0 && <Fact label="Artifacts" bytes={artifacts} />}
      <Fact label="Free on this disk" bytes={use.free} />
      {!use.isComplete && <p class={styles.counting}>Still counting</p>}
    </dl>
  );
};

const Fact = ({ label, bytes }: { label: string; bytes: number | null }) => (
  <div class={styles.fact}>
    <dt>{label}</dt>
    <dd>{formatBytes(bytes)}</dd>
  </div>
);

const Bin = () => {
  const { isBin } = view.value;
  if (binCount.value === 0 && !isBin) return null;
  return (
    <footer class={styles.footer}>
      <button
        type="button"
        class={classes(styles.bin, isBin && styles.current)}
        aria-pressed={isBin}
        onClick={() => setQuery({ bin: isBin ? null : 'yes', path: null }, { history: 'push' })}
      >
        <Icon name={isBin ? 'arrow-left' : 'trash'} size={14} />
        <span class={styles.binLabel}>{isBin ? 'Back to the runs' : 'Bin'}</span>
        {!isBin && <span class={styles.binCount}>{formatCount(binCount.value)}</span>}
      </button>
    </footer>
  );
};
