import { useState } from 'preact/hooks';
import { Button } from '../../kit/button.tsx';
import { Dialog } from '../../kit/dialog.tsx';
import { DialogForm } from '../../kit/dialog-form.tsx';
import { TextField } from '../../kit/field.tsx';
import { counted } from '../../kit/format.ts';
import { Tag } from '../../kit/tag.tsx';
import { showToast } from '../../kit/toast.tsx';
import styles from './edit-dialog.module.css';
import { changeRun } from './manage.ts';
import { nameOf, type Run } from './run.ts';
import { candidates } from './runs-state.ts';

/** Sets the name of one run, and the tags of one or several. */
export const EditDialog = ({
  runs,
  onClose,
}: {
  readonly runs: readonly Run[];
  readonly onClose: () => void;
}) => {
  const [only, ...others] = runs;
  const isOne = only !== undefined && others.length === 0;
  const common = commonTags(runs);
  const [alias, setAlias] = useState(isOne ? (only.alias ?? '') : '');
  const [tags, setTags] = useState<readonly string[]>(common);
  const [typed, setTyped] = useState('');
  const [isSaving, setSaving] = useState(false);

  const add = (tag: string): void => {
    if (tag.trim() !== '' && !tags.includes(tag.trim())) setTags([...tags, tag.trim()]);
    setTyped('');
  };
  const save = async (): Promise<void> => {
    setSaving(true);
    const all = typed.trim() === '' ? tags : [...new Set([...tags, typed.trim()])];
    const removed = common.filter((tag) => !all.includes(tag));
    let changed = 0;
    for (const run of runs) {
      const kept = run.tags.filter((tag) => !removed.includes(tag));
      const change = {
        tags: [...new Set([...kept, ...all])],
        ...(isOne ? { alias: alias.trim() === '' ? null : alias.trim() } : {}),
      };
      if (!(await changeRun(run, change))) break;
      changed += 1;
    }
    setSaving(false);
    if (changed > 0) showToast({ tone: 'good', text: `${counted(changed, 'run')} changed` });
    if (changed === runs.length) onClose();
  };

  return (
    <Dialog
      title={isOne ? nameOf(only) : `Tags of ${counted(runs.length, 'run')}`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" disabled={isSaving} onClick={() => void save()}>
            Save
          </Button>
        </>
      }
    >
      <DialogForm onSubmit={() => void save()}>
        {isOne && (
          <TextField
            label="Name"
            value={alias}
            placeholder={only.id}
            onInput={setAlias}
            hint="Without one it is called by its directory"
            autofocus
          />
        )}
        <div class={styles.tagField}>
          <TextField
            label="Add a tag"
            value={typed}
            onInput={setTyped}
            hint={isOne ? 'Enter or a comma adds it' : 'Tags that all of them have are shown below'}
            autofocus={!isOne}
            onKeyDown={(event) => {
              if (event.key !== ',' && !(event.key === 'Enter' && typed.trim() !== '')) return;
              event.preventDefault();
              add(typed);
            }}
          />
          <div class={styles.tags}>
            {tags.map((tag) => (
              <Tag
                key={tag}
                text={tag}
                onRemove={() => setTags(tags.filter((one) => one !== tag))}
              />
            ))}
          </div>
          <Known tags={tags} typed={typed} onAdd={add} />
        </div>
      </DialogForm>
    </Dialog>
  );
};

const commonTags = (runs: readonly Run[]): readonly string[] =>
  (runs[0]?.tags ?? []).filter((tag) => runs.every((run) => run.tags.includes(tag)));

const MOST_KNOWN = 12;

/** Tags that other runs have: one press instead of typing, and no second spelling. */
const Known = (props: { tags: readonly string[]; typed: string; onAdd: (tag: string) => void }) => {
  const wanted = props.typed.trim().toLowerCase();
  const known = [...new Set(candidates.value.flatMap((run) => run.tags))]
    .filter((tag) => !props.tags.includes(tag) && tag.toLowerCase().includes(wanted))
    .slice(0, MOST_KNOWN);
  if (known.length === 0) return null;
  return (
    <div class={styles.tags}>
      {known.map((tag) => (
        <button key={tag} type="button" class={styles.known} onClick={() => props.onAdd(tag)}>
          + {tag}
        </button>
      ))}
    </div>
  );
};
