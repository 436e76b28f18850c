import { useEffect, useState } from 'preact/hooks';
import type { CheckedPath, Question } from '../../../../hub/api/contract.ts';
import { Button } from '../../../kit/button.tsx';
import { Combobox } from '../../../kit/combobox.tsx';
import { call } from '../../api/call.ts';
import { describeChecked, describeRoot } from './storage-words.ts';

/** Long enough for a word to be typed, short enough to seem at once. */
const CHECK_AFTER_MS = 250;

/** Where the runs are: one of those found, or any other directory, checked on the server as one types. */
export const StorageField = (props: {
  readonly opening: string;
  readonly question: Question;
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly onBrowse: () => void;
  readonly error: string | null;
}) => {
  const { opening } = props;
  const { storageRoots: roots, viewers } = props.question;
  const path = props.value.trim();
  const [checked, setChecked] = useState<CheckedPath | null>(null);
  const known = roots.find((root) => root.path === path);
  useEffect(() => {
    setChecked(null);
    if (path === '' || known !== undefined) return undefined;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      call('POST /api/openings/{opening}/check-path', {
        ...{ params: { opening }, body: { path }, signal: abort.signal },
      }).then(setChecked, () => undefined);
    }, CHECK_AFTER_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [opening, path, known === undefined]);
  const found = checked === null ? null : describeChecked(checked);
  return (
    <Combobox
      label="Storage root"
      mono
      icon="folder"
      placeholder="/data/experiments"
      value={props.value}
      onInput={props.onInput}
      suggestions={roots
        .filter((root) => root.path !== path)
        .map((root) => ({ value: root.path, detail: describeRoot(root, viewers) }))}
      error={props.error ?? (found?.tone === 'bad' ? found.text : null)}
      hint={known === undefined ? (found?.text ?? '') : describeRoot(known, viewers)}
    >
      <Button icon="folder" haspopup="dialog" onClick={props.onBrowse}>
        Browse
      </Button>
    </Combobox>
  );
};
