import { useSignal } from '@preact/signals';
import { Bar, KeysButton, Live, Logo, ThemeMenu } from '../kit/bar.tsx';
import { Button } from '../kit/button.tsx';
import { counted } from '../kit/format.ts';
import { useShortcuts } from '../kit/shortcuts.ts';
import { ShortcutsDialog } from '../kit/shortcuts-dialog.tsx';
import type { ThemeChoice } from '../kit/theme/theme.ts';
import { showToast } from '../kit/toast.tsx';
import { call, failureFrom } from './api/call.ts';
import { SettingsDialog } from './settings/settings-dialog.tsx';
import { hub, link, sessions } from './state/hub.ts';
import { show } from './state/panel.ts';
import styles from './top-bar.module.css';

/** Whose porthole this is, whether the page hears from it, and how the page looks. */
export const TopBar = () => {
  const dialog = useSignal<'none' | 'settings' | 'keys'>('none');
  const close = () => {
    dialog.value = 'none';
  };
  const openSettings = () => {
    if (hub.peek() !== null) dialog.value = 'settings';
  };
  const showKeys = () => {
    dialog.value = 'keys';
  };
  useShortcuts([
    { keys: 'n', does: 'Connect to another server', run: () => show(null) },
    { keys: 'o', does: 'Go to what is open', run: goToOpen },
    { keys: ',', does: 'Settings', run: openSettings },
    { keys: '?', does: 'Show these keys', run: showKeys },
  ]);
  const settings = hub.value?.settings;
  return (
    <>
      <Bar
        end={
          <>
            <OpenCount />
            <Live state={LIVE_STATES[link.value]} />
            <ThemeMenu onChoose={(theme) => void keepTheme(theme)} />
            <Button
              variant="quiet"
              icon="sliders"
              label="Settings"
              haspopup="dialog"
              disabled={settings === undefined}
              onClick={openSettings}
            />
            <KeysButton onClick={showKeys} />
          </>
        }
      >
        <span class={styles.place}>
          <Logo />
          <span class={styles.name}>porthole</span>
          {hub.value !== null && (
            <span class={styles.user}>
              {hub.value.hub.user}@{hub.value.hub.hostname}
            </span>
          )}
        </span>
      </Bar>
      {dialog.value === 'keys' && <ShortcutsDialog onClose={close} />}
      {dialog.value === 'settings' && settings !== undefined && (
        <SettingsDialog settings={settings} onClose={close} />
      )}
    </>
  );
};

const goToOpen = (): void => {
  const list = document.getElementById('open');
  list?.scrollIntoView({ block: 'start' });
  list?.querySelector<HTMLElement>('button')?.focus();
};

const LIVE_STATES = {
  first: 'connecting',
  live: 'live',
  lost: 'lost',
  refused: 'lost',
} as const;

const OpenCount = () => {
  const count = sessions.value.length;
  return count === 0 ? null : (
    <button type="button" class={styles.open} onClick={goToOpen}>
      {counted(count, 'viewer')} open
    </button>
  );
};

/** For the other browsers of this machine too. */
const keepTheme = (theme: ThemeChoice): Promise<void> =>
  call('PATCH /api/settings', { body: { theme } }).then(
    () => undefined,
    (error: unknown) => showToast({ tone: 'bad', text: failureFrom(error).message }),
  );
