import { useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { Button } from '../../kit/button.tsx';
import { Combobox } from '../../kit/combobox.tsx';
import { useShortcuts } from '../../kit/shortcuts.ts';
import { begin } from '../state/panel.ts';
import { ConnectDetails } from './connect-details.tsx';
import styles from './connect-form.module.css';
import { draft, refusal, type } from './connect-state.ts';
import { describeRoute } from './describe-route.ts';
import { type DraftField, draftOf, readDraft } from './draft.ts';
import { hosts, hostsProblem, loadHosts, resolvedHosts, wantResolved } from './hosts.ts';
import { suggestHosts } from './suggest.ts';

/** How many of the hosts offered are resolved before they are looked at. */
const RESOLVED_AHEAD = 8;

/** Where to, and how to sign in. */
export const ConnectForm = () => {
  const input = useRef<HTMLInputElement>(null);
  const isTried = useSignal(false);
  const isBusy = useSignal(false);
  const now = draft.value;
  const read = readDraft(now);
  const { suggestions, note } = suggestHosts(hosts.value, now.host, (host) =>
    resolvedHosts.value.get(host),
  );

  // In the first frame: whoever comes here types at once.
  useLayoutEffect(() => input.current?.focus(), []);
  useEffect(() => {
    void loadHosts();
  }, []);
  useEffect(() => {
    const name = now.host.trim();
    const ahead = suggestions.slice(0, RESOLVED_AHEAD).map(({ value }) => value);
    const isKnown = hosts.value.some(({ host }) => host === name);
    wantResolved(isKnown ? [name, ...ahead] : ahead);
  }, [now.host, hosts.value]);
  useShortcuts([
    {
      keys: '/',
      does: 'Go to the server field',
      run: () => {
        input.current?.focus();
        input.current?.select();
      },
    },
  ]);

  const submit = async (choice: 'ask' | 'remembered') => {
    isTried.value = true;
    if (read.kind === 'problem' || isBusy.peek()) return;
    isBusy.value = true;
    refusal.value = await begin({
      target: read.target,
      choice,
      confirmation: choice === 'remembered' ? 'assume-yes' : 'ask',
    });
    isBusy.value = false;
    if (refusal.peek() === null) isTried.value = false;
  };
  const errorOf = (field: DraftField): string | null => {
    const isEmptyHost = field === 'host' && now.host === '';
    if (read.kind === 'problem' && read.field === field && (isTried.value || !isEmptyHost)) {
      return isTried.value || field === 'host' || field === 'port' ? read.message : null;
    }
    return refusalAt(field);
  };
  const known = hosts.value.find(({ host }) => host === now.host.trim());

  return (
    <form
      class={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        void submit('ask');
      }}
      noValidate
    >
      <div class={styles.main}>
        <Combobox
          label="Server"
          labelHidden
          large
          class={styles.host}
          icon="search"
          inputRef={input}
          placeholder="gpu-server, or user@host"
          value={now.host}
          onInput={(host) => type({ host })}
          onChoose={({ value }) => choose(value)}
          suggestions={errorOf('host') === null ? suggestions : []}
          note={errorOf('host') === null ? (note ?? emptyNote(now.host)) : undefined}
          error={errorOf('host')}
          hint={hintOf(now.host.trim(), suggestions.length > 0)}
        />
        <Button type="submit" variant="primary" class={styles.connect} disabled={isBusy.value}>
          Connect
        </Button>
      </div>
      <div class={styles.more}>
        <Button
          variant="quiet"
          icon={now.details === 'shown' ? 'chevron-down' : 'chevron-right'}
          expanded={now.details === 'shown'}
          onClick={() => type({ details: now.details === 'shown' ? 'folded' : 'shown' })}
        >
          Port, user, sign-in
        </Button>
        {known !== undefined && known.lastUsedAt !== null && (
          <Button variant="quiet" icon="restore" onClick={() => void submit('remembered')}>
            Open as last time
          </Button>
        )}
      </div>
      {now.details === 'shown' && <ConnectDetails errorOf={errorOf} />}
      {refusal.value !== null && !isAtField() && (
        <p class={styles.refusal} role="alert">
          {refusal.value.message} {refusal.value.hint}
        </p>
      )}
    </form>
  );
};

/** With the port, the user and the sign-in that led to it the last time. */
const choose = (name: string): void => {
  const target = hosts.peek().find(({ host }) => host === name)?.target ?? null;
  const isMore = target?.kind === 'ssh' && draftOf(target).details === 'shown';
  type(isMore ? draftOf(target) : { host: name });
};

const FIELDS: Readonly<Record<DraftField, string>> = {
  ...{ host: 'target.host', port: 'target.port', user: 'target.user', keyPath: 'target.auth.path' },
};

const refusalAt = (field: DraftField): string | null => {
  const failure = refusal.value;
  return failure?.field === FIELDS[field] ? failure.message : null;
};

const isAtField = (): boolean => Object.values(FIELDS).includes(refusal.value?.field ?? '');

const emptyNote = (text: string): string | undefined =>
  hosts.value.length === 0 && text === ''
    ? (hostsProblem.value ??
      'Your ssh config names no hosts yet. Type user@host, as you would to ssh.')
    : undefined;

/** What ssh makes of the host that stands in the field, or will. */
const hintOf = (name: string, isOffered: boolean): string | undefined => {
  const resolved = resolvedHosts.value.get(name);
  if (resolved !== undefined) return `ssh goes to ${describeRoute(resolved)}`;
  const isUnknown = name !== '' && !isOffered && hosts.value.every(({ host }) => host !== name);
  return isUnknown ? 'Not in your ssh config: ssh will look this name up.' : undefined;
};
