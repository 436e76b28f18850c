import { Popover } from '../../kit/popover.tsx';
import styles from './filter-help.module.css';

const EXAMPLES: ReadonlyArray<readonly [filter: string, meaning: string]> = [
  ['yolo gpu1', 'both words in name, path, tags or host'],
  ['lr < 0.01 and status = running', 'settings and what every run has'],
  ['loss.min < 0.2 or acc.max > 0.9', 'metrics: last, best, min, max, count'],
  ['tag in (best, keep) and not path = old/*', 'one of several; * stands for anything'],
  ['optimizer ~ adam', 'contains; !~ does not, != is not'],
  ['duration > 2h and size > 1GB', 'with units'],
  ['created > 7d', 'newer than a week; 2026-01-31 and today as well'],
  ['"grad norm" < 1', 'quotes where a name has spaces'],
];

/** What a filter can say, by examples. */
export const FilterHelp = () => (
  <Popover label="How to filter" icon="info" variant="quiet" class={styles.button}>
    {() => (
      <div class={styles.help}>
        <h2>Filter</h2>
        <dl class={styles.list}>
          {EXAMPLES.map(([filter, meaning]) => (
            <div key={filter}>
              <dt>
                <code>{filter}</code>
              </dt>
              <dd class={styles.meaning}>{meaning}</dd>
            </div>
          ))}
        </dl>
      </div>
    )}
  </Popover>
);
