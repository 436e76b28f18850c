import { useState } from 'preact/hooks';
import type { Failure, SavedWish } from '../../../hub/api/contract.ts';
import { Button } from '../../kit/button.tsx';
import { Dialog } from '../../kit/dialog.tsx';
import { DialogForm } from '../../kit/dialog-form.tsx';
import { Select, TextField } from '../../kit/field.tsx';
import { showToast } from '../../kit/toast.tsx';
import { call, failureFrom } from '../api/call.ts';
import { draftOf, readDraft } from '../connect/draft.ts';
import { hub } from '../state/hub.ts';
import styles from './saved-dialog.module.css';

/** Saves a connection, or changes a saved one. No secret is in it: ssh asks for those. */
export const SavedDialog = (props: {
  /** The one to change; null for a new one. */
  readonly saved: string | null;
  readonly wish: SavedWish;
  readonly onClose: () => void;
}) => {
  const [wish, setWish] = useState(props.wish);
  const [draft, setDraft] = useState({ ...draftOf(wish.target), details: 'shown' as const });
  const [failure, setFailure] = useState<Failure | null>(null);
  const isHere = wish.target.kind === 'here';
  const read = readDraft(draft);
  const save = async (): Promise<void> => {
    if (!isHere && read.kind === 'problem') return;
    const target = read.kind === 'target' && !isHere ? read.target : wish.target;
    const body = { ...wish, target };
    try {
      if (props.saved === null) await call('POST /api/saved', { body });
      else await call('PUT /api/saved/{saved}', { params: { saved: props.saved }, body });
      showToast({ tone: 'good', text: `${wish.name} saved` });
      props.onClose();
    } catch (error) {
      setFailure(failureFrom(error));
    }
  };
  const errorAt = (field: 'host' | 'port' | 'user' | 'keyPath'): string | null =>
    read.kind === 'problem' && read.field === field ? read.message : null;
  const optional = (value: string): string | null => (value.trim() === '' ? null : value.trim());
  const viewers = hub.value?.hub.viewers ?? [];

  return (
    <Dialog
      title={props.saved === null ? 'Save this connection' : `Edit ${props.wish.name}`}
      onClose={props.onClose}
      actions={
        <>
          <Button onClick={props.onClose}>Cancel</Button>
          <Button variant="primary" onClick={() => void save()}>
            Save
          </Button>
        </>
      }
    >
      <DialogForm onSubmit={() => void save()} failure={failure}>
        <TextField
          label="Name"
          autofocus
          value={wish.name}
          onInput={(name) => setWish({ ...wish, name })}
          error={wish.name.trim() === '' ? 'A name to find it by.' : null}
        />
        {!isHere && (
          <div class={styles.row}>
            <TextField
              class={styles.host}
              label="Host"
              value={draft.host}
              onInput={(host) => setDraft({ ...draft, host })}
              error={errorAt('host')}
            />
            <TextField
              class={styles.port}
              label="Port"
              value={draft.port}
              placeholder="22"
              onInput={(port) => setDraft({ ...draft, port })}
              error={errorAt('port')}
            />
            <TextField
              class={styles.user}
              label="Username"
              value={draft.user}
              placeholder="as your ssh config says"
              onInput={(user) => setDraft({ ...draft, user })}
              error={errorAt('user')}
            />
            <Select
              class={styles.user}
              label="Sign in with"
              value={draft.auth}
              options={[
                { value: 'config', label: 'As my ssh config says' },
                { value: 'key', label: 'SSH key' },
                { value: 'password', label: 'Password' },
                { value: 'agent', label: 'Agent' },
              ]}
              onChange={(auth) => setDraft({ ...draft, auth })}
            />
          </div>
        )}
        {draft.auth === 'key' && (
          <TextField
            label="Private key"
            mono
            value={draft.keyPath}
            placeholder="~/.ssh/id_ed25519"
            onInput={(keyPath) => setDraft({ ...draft, keyPath })}
            error={errorAt('keyPath')}
          />
        )}
        <Select
          label="Viewer"
          value={wish.viewer ?? ''}
          options={[
            { value: '', label: 'The best one found' },
            ...viewers.map(({ id, title }) => ({ value: id, label: title })),
          ]}
          onChange={(viewer) => setWish({ ...wish, viewer: viewer === '' ? null : viewer })}
        />
        <TextField
          label="Environment"
          mono
          value={wish.environment ?? ''}
          placeholder="the best one found"
          hint="Its name, or the path of its directory"
          onInput={(value) => setWish({ ...wish, environment: optional(value) })}
        />
        <TextField
          label="Storage root"
          mono
          value={wish.storage ?? ''}
          placeholder="the best one found"
          onInput={(value) => setWish({ ...wish, storage: optional(value) })}
        />
      </DialogForm>
    </Dialog>
  );
};
