import { useState } from 'preact/hooks';
import type { Directory } from '../../../../hub/api/contract.ts';
import { Button } from '../../../kit/button.tsx';
import { Dialog } from '../../../kit/dialog.tsx';
import { Icon } from '../../../kit/icon.tsx';
import { Skeleton } from '../../../kit/notice.tsx';
import { call } from '../../api/call.ts';
import { useAnswer } from '../../api/use-answer.ts';
import styles from './directory-dialog.module.css';

/** The server's directories, one at a time. */
export const DirectoryDialog = (props: {
  readonly opening: string;
  readonly start: string;
  readonly onChoose: (path: string) => void;
  readonly onClose: () => void;
}) => {
  const [path, setPath] = useState(props.start);
  const listed = useAnswer(
    (signal) =>
      call('POST /api/openings/{opening}/list', {
        ...{ params: { opening: props.opening }, body: { path }, signal },
      }),
    [path],
  );
  const directory = listed.kind === 'here' ? listed.answer : null;
  return (
    <Dialog
      title="Directories on the server"
      wide
      onClose={props.onClose}
      actions={
        <>
          <Button onClick={props.onClose}>Cancel</Button>
          <Button
            variant="primary"
            disabled={directory === null}
            onClick={() => {
              if (directory !== null) props.onChoose(directory.path);
              props.onClose();
            }}
          >
            Use this directory
          </Button>
        </>
      }
    >
      <div class={styles.place}>
        <Button
          icon="arrow-up"
          label="Up to the directory above"
          disabled={directory === null || directory.parent === null}
          onClick={() => directory?.parent != null && setPath(directory.parent)}
        />
        <code class={styles.path}>{directory?.path ?? path}</code>
      </div>
      {listed.kind === 'asking' && <Skeleton lines={5} />}
      {listed.kind === 'failed' && (
        <p class={styles.problem} role="alert">
          {listed.failure.message} {listed.failure.hint}
        </p>
      )}
      {directory !== null && <Entries directory={directory} onGo={setPath} />}
    </Dialog>
  );
};

const Entries = ({
  directory: { path, entries, truncated, problem },
  onGo,
}: {
  readonly directory: Directory;
  readonly onGo: (path: string) => void;
}) => (
  <>
    {problem !== null && (
      <p class={styles.problem} role="alert">
        {problem}
      </p>
    )}
    <ul class={styles.list} aria-label={`Directories in ${path}`}>
      {entries.map(({ name, readable, isRoot }) => (
        <li key={name}>
          <button
            type="button"
            class={styles.entry}
            disabled={!readable}
            onClick={() => onGo(`${path === '/' ? '' : path}/${name}`)}
          >
            <Icon name="folder" class={styles.icon} />
            <span class={styles.name}>{name}</span>
            {isRoot && <span class={styles.root}>holds runs</span>}
            {!readable && <span class={styles.closed}>no permission</span>}
          </button>
        </li>
      ))}
    </ul>
    {entries.length === 0 && problem === null && (
      <p class={styles.note}>There are no directories in it.</p>
    )}
    {truncated && <p class={styles.note}>There are more than are shown: type the path instead.</p>}
  </>
);
