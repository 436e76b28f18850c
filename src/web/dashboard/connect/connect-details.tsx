import { useEffect, useState } from 'preact/hooks';
import type { Auth, KeyFile, SshAgent } from '../../../hub/api/contract.ts';
import { Combobox } from '../../kit/combobox.tsx';
import { Segmented, TextField } from '../../kit/field.tsx';
import { call } from '../api/call.ts';
import { useAnswer } from '../api/use-answer.ts';
import styles from './connect-details.module.css';
import { draft, type } from './connect-state.ts';
import type { DraftField } from './draft.ts';
import { resolvedHosts } from './hosts.ts';

const WAYS: ReadonlyArray<{ readonly value: Auth['kind']; readonly label: string }> = [
  { value: 'config', label: 'As my ssh config says' },
  { value: 'key', label: 'SSH key' },
  { value: 'password', label: 'Password' },
  { value: 'agent', label: 'Agent' },
];

/** What the ssh config says otherwise: for this attempt alone. */
export const ConnectDetails = ({
  errorOf,
}: {
  readonly errorOf: (field: DraftField) => string | null;
}) => {
  const { port, user, auth, host } = draft.value;
  const resolved = resolvedHosts.value.get(host.trim());
  return (
    <div class={styles.details}>
      <div class={styles.row}>
        <TextField
          label="Port"
          class={styles.port}
          value={port}
          placeholder={String(resolved?.port ?? 22)}
          onInput={(value) => type({ port: value })}
          error={errorOf('port')}
        />
        <TextField
          label="Username"
          class={styles.user}
          value={user}
          placeholder={resolved?.user ?? 'as your ssh config says'}
          onInput={(value) => type({ user: value })}
          error={errorOf('user')}
        />
      </div>
      <div class={styles.sign}>
        <span class={styles.label} aria-hidden="true">
          Sign in with
        </span>
        <Segmented
          label="Sign in with"
          value={auth}
          options={WAYS}
          onChange={(value) => type({ auth: value })}
        />
      </div>
      {auth === 'key' && <KeyField error={errorOf('keyPath')} />}
      {auth === 'password' && (
        <p class={styles.text}>ssh asks for it once you connect. It is kept nowhere.</p>
      )}
      {auth === 'agent' && <AgentKeys />}
    </div>
  );
};

const CHECK_AFTER_MS = 250;

const KeyField = ({ error }: { readonly error: string | null }) => {
  const path = draft.value.keyPath;
  const list = useAnswer(() => call('GET /api/keys'), []);
  const [checked, setChecked] = useState<KeyFile | null>(null);
  useEffect(() => {
    setChecked(null);
    if (path.trim() === '') return undefined;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      call('POST /api/keys/check', { body: { path: path.trim() }, signal: abort.signal }).then(
        setChecked,
        () => undefined,
      );
    }, CHECK_AFTER_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [path]);
  const keys = list.kind === 'here' ? list.answer.keys : [];
  const fitting = keys.filter(({ label }) => label.includes(path.trim()) && label !== path.trim());
  return (
    <Combobox
      label="Private key"
      mono
      icon="file"
      placeholder="~/.ssh/id_ed25519"
      value={path}
      onInput={(keyPath) => type({ keyPath })}
      suggestions={fitting.map((key) => ({ value: key.label, detail: describeKey(key) }))}
      note={
        list.kind === 'here' && keys.length === 0
          ? `There is no private key in ${list.answer.directory}.`
          : undefined
      }
      // Not while it is half typed, and there is something to complete it with.
      error={error ?? (fitting.length > 0 ? null : (checked?.problem ?? null))}
      hint={checked === null ? undefined : describeKey(checked)}
    />
  );
};

const describeKey = ({ type: kind, comment, encrypted, problem }: KeyFile): string =>
  [kind, comment, encrypted === true ? 'asks for its passphrase' : null, problem]
    .filter((word) => word !== null && word !== '')
    .join(' · ');

const AgentKeys = () => {
  const agent = useAnswer<SshAgent>(() => call('GET /api/agent'), []);
  if (agent.kind === 'asking') return <p class={styles.text}>Asking the agent…</p>;
  if (agent.kind === 'failed') return <p class={styles.text}>{agent.failure.message}</p>;
  const { keys, reason } = agent.answer;
  if (keys.length === 0) {
    return <p class={styles.text}>{reason ?? 'The agent holds no keys: ssh-add adds one.'}</p>;
  }
  return (
    <ul class={styles.keys} aria-label="Keys that the agent holds">
      {keys.map((key) => (
        <li key={key.fingerprint} class={styles.key}>
          <span class={styles.keyType}>{key.type}</span>
          <span class={styles.keyName}>{key.comment}</span>
          <code class={styles.fingerprint}>{key.fingerprint}</code>
        </li>
      ))}
    </ul>
  );
};
