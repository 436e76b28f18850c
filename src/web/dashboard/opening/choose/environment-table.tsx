import { useId } from 'preact/hooks';
import type { EnvironmentOption, Question } from '../../../../hub/api/contract.ts';

import { classes } from '../../../kit/classes.ts';
import { NOTHING } from '../../../kit/format.ts';
import type { ViewerInEnvironment } from './choice.ts';
import styles from './environment-table.module.css';

/** What was found on the server: one line an environment, one of them chosen. */
export const EnvironmentTable = (props: {
  readonly question: Question;
  /** Those that are in sight. */
  readonly environments: readonly EnvironmentOption[];
  readonly python: string | null;
  readonly isBundledShown: boolean;
  readonly onChoose: (python: string | null) => void;
}) => {
  const name = useId();
  const { question, environments } = props;
  const [main] = question.viewers.filter(({ comes }) => comes === 'in-environment');
  const bundled = question.viewers.find(({ comes }) => comes === 'with-porthole');
  return (
    <div class={styles.viewport}>
      <table class={styles.table}>
        <thead class={styles.head}>
          <tr class={styles.row}>
            <th scope="col">Environment</th>
            <th scope="col">Kind</th>
            <th scope="col">Python</th>
            <th scope="col">{main?.title ?? 'Viewer'}</th>
            <th scope="col">Other viewers</th>
            <th scope="col">Storage root</th>
            <th scope="col">In use by</th>
          </tr>
        </thead>
        <tbody>
          {environments.map((environment) => (
            <Row
              key={environment.python}
              {...{ environment, question, name }}
              isChosen={environment.python === props.python}
              onChoose={() => props.onChoose(environment.python)}
            />
          ))}
          {bundled !== undefined && props.isBundledShown && (
            <tr
              class={classes(styles.row, styles.option, props.python === null && styles.chosen)}
              onClick={() => props.onChoose(null)}
            >
              <td class={styles.name}>
                <Choice
                  {...{ name, label: `Use the ${bundled.title}` }}
                  isChosen={props.python === null}
                  onChoose={() => props.onChoose(null)}
                />
                <span class={styles.title}>No environment</span>
                {question.suggestion.python === null && <span class={styles.best}>Best</span>}
              </td>
              <td class={styles.rest} colSpan={6}>
                {capital(bundled.title)} {bundled.version}: nothing need be installed
              </td>
            </tr>
          )}
        </tbody>
      </table>
    </div>
  );
};

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const Choice = (props: {
  readonly name: string;
  readonly label: string;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}) => (
  <input
    class={styles.radio}
    type="radio"
    name={props.name}
    aria-label={props.label}
    checked={props.isChosen}
    onChange={props.onChoose}
  />
);

const Row = (props: {
  readonly environment: EnvironmentOption;
  readonly question: Question;
  readonly name: string;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}) => {
  const { environment, question, isChosen } = props;
  const [main, ...others] = environment.viewers;
  const found = others.filter(({ version }) => version !== null);
  const titleOf = (id: string) => question.viewers.find((viewer) => viewer.id === id)?.title ?? id;
  return (
    <tr
      class={classes(
        styles.row,
        styles.option,
        isChosen && styles.chosen,
        environment.broken && styles.broken,
      )}
      onClick={props.onChoose}
    >
      <td class={styles.name} title={environment.prefix}>
        <Choice
          name={props.name}
          label={`Use the environment ${environment.name}`}
          isChosen={isChosen}
          onChoose={props.onChoose}
        />
        <span class={styles.title}>{environment.name}</span>
        {question.suggestion.python === environment.python && <span class={styles.best}>Best</span>}
      </td>
      <td class={styles.soft}>{environment.kind}</td>
      <td data-title="Python">{environment.pythonVersion ?? NOTHING}</td>
      <td data-title={main === undefined ? undefined : titleOf(main.viewer)}>
        {main === undefined ? NOTHING : <Version found={main} />}
      </td>
      <td
        class={styles.soft}
        data-title="Other viewers"
        data-empty={found.length === 0 ? true : undefined}
      >
        {found.map(({ viewer, version }) => `${titleOf(viewer)} ${version}`).join(', ') || NOTHING}
      </td>
      <td
        class={styles.path}
        data-title="Storage"
        data-empty={environment.storage === null ? true : undefined}
        title={environment.storage ?? undefined}
      >
        <bdi>{environment.storage ?? NOTHING}</bdi>
      </td>
      <td data-title="In use by" data-empty={environment.inUse.length === 0 ? true : undefined}>
        <InUse environment={environment} />
      </td>
    </tr>
  );
};

const Version = ({ found: { suitability, version } }: { readonly found: ViewerInEnvironment }) => {
  switch (suitability) {
    case 'suitable':
      return <span class={styles.good}>{version}</span>;
    case 'too-old':
      return <span class={styles.warn}>{version}, too old</span>;
    case 'broken':
      return <span class={styles.bad}>broken</span>;
    case 'not-installed':
      return <span class={styles.none}>not installed</span>;
    default:
      return suitability satisfies never;
  }
};

const InUse = ({ environment: { inUse } }: { readonly environment: EnvironmentOption }) => {
  const [first, ...more] = inUse;
  if (first === undefined) return <span class={styles.none}>{NOTHING}</span>;
  const all = inUse.map(({ pid, script, cwd }) => `${pid} ${script} in ${cwd}`).join('\n');
  return (
    <span class={styles.use} title={all}>
      <span class={styles.live} />
      <span class={styles.script}>{first.script.split('/').at(-1)}</span>
      <span class={styles.pid}>{first.pid}</span>
      {more.length > 0 && <span class={styles.pid}>+{more.length}</span>}
    </span>
  );
};
