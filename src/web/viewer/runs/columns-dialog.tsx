import { useState } from 'preact/hooks';
import { Button } from '../../kit/button.tsx';
import { Dialog } from '../../kit/dialog.tsx';
import { Select, TextField } from '../../kit/field.tsx';
import { counted, formatCount } from '../../kit/format.ts';
import { Icon } from '../../kit/icon.tsx';
import type { ColumnNames } from '../api-types.ts';
import { BASE_COLUMNS, type ColumnId, columnTitle } from './columns.ts';
import styles from './columns-dialog.module.css';
import {
  configColumn,
  METRIC_PARTS,
  type MetricPart,
  metricColumn,
  summaryColumn,
} from './filter/fields.ts';
import { columnNames } from './runs-feed.ts';
import { chooseColumns, columns } from './runs-state.ts';

/** A column that can be added. */
interface Offer {
  readonly id: ColumnId;
  readonly title: string;
  readonly group: 'Runs' | 'Metrics' | 'Config' | 'Summary';
  /** How many runs have it; null: all of them. */
  readonly runs: number | null;
}

/** So many are made at once; a search finds the others. */
const MOST_SHOWN = 200;

/** Which columns the table has, and in which order. */
export const ColumnsDialog = ({ onClose }: { readonly onClose: () => void }) => {
  const [search, setSearch] = useState('');
  const [part, setPart] = useState<MetricPart>('last');
  const wanted = search.trim().toLowerCase();
  const offers = offersOf(columnNames.value, part).filter(
    ({ id, title }) => !columns.value.includes(id) && title.toLowerCase().includes(wanted),
  );
  return (
    <Dialog
      title="Columns"
      wide
      onClose={onClose}
      actions={
        <>
          <Button variant="quiet" onClick={() => chooseColumns(null)}>
            As at first
          </Button>
          <Button variant="primary" onClick={onClose}>
            Done
          </Button>
        </>
      }
    >
      <div class={styles.sides}>
        <section class={styles.side} aria-label="Shown">
          <h3 class={styles.heading}>Shown</h3>
          <Shown />
        </section>
        <section class={styles.side} aria-label="More columns">
          <div class={styles.finder}>
            <TextField
              label="Find a column"
              labelHidden
              icon="search"
              placeholder="Find a column"
              value={search}
              onInput={setSearch}
              clearable
              autofocus
            />
            <Select
              label="Value of a metric"
              labelHidden
              value={part}
              options={METRIC_PARTS.map((value) => ({ value, label: value }))}
              onChange={setPart}
            />
          </div>
          <Offers offers={offers} part={part} />
        </section>
      </div>
    </Dialog>
  );
};

const offersOf = (names: ColumnNames, part: MetricPart): readonly Offer[] => [
  ...Object.entries(BASE_COLUMNS).map(([id, { title }]) => ({
    ...{ id, title, group: 'Runs' as const, runs: null },
  })),
  ...names.metrics.name.map((name, i) => ({
    ...{ id: metricColumn(name, part), title: name, group: 'Metrics' as const },
    runs: names.metrics.runs[i] ?? 0,
  })),
  ...names.config.name.map((name, i) => ({
    ...{ id: configColumn(name), title: name, group: 'Config' as const },
    runs: names.config.runs[i] ?? 0,
  })),
  ...names.summary.name.map((name, i) => ({
    ...{ id: summaryColumn(name), title: name, group: 'Summary' as const },
    runs: names.summary.runs[i] ?? 0,
  })),
];

const Shown = () => {
  const ids = columns.value;
  const swap = (at: number, to: number): void => {
    const [one, other] = [ids[at], ids[to]];
    if (one === undefined || other === undefined) return;
    chooseColumns(ids.with(at, other).with(to, one));
  };
  return (
    <ol class={styles.list}>
      {ids.map((id, i) => {
        const { title, kind } = columnTitle(id);
        return (
          <li key={id} class={styles.line}>
            <span class={styles.title} title={kind}>
              {title}
            </span>
            <Step icon="arrow-up" label={`Move ${title} up`} onClick={() => swap(i, i - 1)} />
            <Step icon="arrow-down" label={`Move ${title} down`} onClick={() => swap(i, i + 1)} />
            <Step
              icon="close"
              label={`Remove ${title}`}
              onClick={() => chooseColumns(ids.filter((one) => one !== id))}
            />
          </li>
        );
      })}
    </ol>
  );
};

const Step = (props: {
  icon: 'arrow-up' | 'arrow-down' | 'close';
  label: string;
  onClick: () => void;
}) => (
  <button
    type="button"
    class={styles.step}
    aria-label={props.label}
    title={props.label}
    onClick={props.onClick}
  >
    <Icon name={props.icon} size={12} />
  </button>
);

const GROUPS = ['Runs', 'Metrics', 'Config', 'Summary'] as const;

const Offers = ({ offers, part }: { offers: readonly Offer[]; part: MetricPart }) => {
  const rest = offers.length - MOST_SHOWN;
  return (
    <div class={styles.offers}>
      {GROUPS.map((group) => {
        const own = offers.slice(0, MOST_SHOWN).filter((offer) => offer.group === group);
        if (own.length === 0) return null;
        return (
          <section key={group}>
            <h3 class={styles.heading}>{group === 'Metrics' ? `Metrics, ${part}` : group}</h3>
            {own.map(({ id, title, runs }) => (
              <button
                key={id}
                type="button"
                class={styles.offer}
                onClick={() => chooseColumns([...columns.peek(), id])}
              >
                <Icon name="plus" size={12} />
                <span class={styles.title}>{title}</span>
                {runs !== null && <span class={styles.runs}>{counted(runs, 'run')}</span>}
              </button>
            ))}
          </section>
        );
      })}
      {rest > 0 && <p class={styles.note}>{formatCount(rest)} more: type a part of the name</p>}
      {offers.length === 0 && <p class={styles.note}>Nothing is called so</p>}
      {!columnNames.value.complete && (
        <p class={styles.note}>Some runs are still being read; more may come</p>
      )}
    </div>
  );
};
