import { useState } from 'preact/hooks';
import { TextField } from '../../kit/field.tsx';
import styles from './overview-tab.module.css';

/** With more than this a field to filter by stands above. */
const MANY = 12;

/** Names and values, one a line. */
export const PairTable = (props: {
  readonly title: string;
  readonly pairs: ReadonlyArray<readonly [string, string]>;
  /** Said where there is none. */
  readonly empty?: string;
}) => {
  const { title, pairs, empty = 'Nothing.' } = props;
  const [filter, setFilter] = useState('');
  const wanted = filter.toLowerCase();
  const shown = pairs.filter((pair) => pair.some((text) => text.toLowerCase().includes(wanted)));
  return (
    <section class={styles.card}>
      <h2 class={styles.title}>
        {title}
        {pairs.length > MANY && (
          <span class={styles.filter}>
            <TextField
              label={`Filter ${title}`}
              labelHidden
              icon="search"
              placeholder="Filter"
              value={filter}
              clearable
              onInput={setFilter}
            />
          </span>
        )}
      </h2>
      {shown.length === 0 ? (
        <p class={styles.empty}>{pairs.length === 0 ? empty : 'No such name or value.'}</p>
      ) : (
        <dl class={styles.pairs}>
          {shown.map(([name, value]) => (
            <div key={name} class={styles.pair}>
              <dt title={name}>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
};
