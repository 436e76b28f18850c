import { useSignal } from '@preact/signals';
import { Button } from '../kit/button.tsx';
import { counted } from '../kit/format.ts';
import { Menu } from '../kit/menu.tsx';
import { useShortcuts } from '../kit/shortcuts.ts';
import { ShortcutsDialog } from '../kit/shortcuts-dialog.tsx';
import { type ThemeChoice, themeChoice } from '../kit/theme/theme.ts';
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
  useShortcuts([
    { keys: 'n', does: 'Connect to another server', run: () => show(null) },
    { keys: 'o', does: 'Go to what is open', run: goToOpen },
    { keys: ',', does: 'Settings', run: openSettings },
    {
      keys: '?',
      does: 'Show these keys',
      run: () => {
        dialog.value = 'keys';
      },
    },
  ]);
  const settings = hub.value?.settings;
  return (
    <header class={styles.bar}>
      <button type="button" class={styles.skip} onClick={skipToMain}>
        Skip to content
      </button>
      <span class={styles.place}>
        <svg class={styles.logo} viewBox="0 0 32 32" aria-hidden="true">
          <circle class={styles.ring} cx="16" cy="16" r="13" />
          <path
            class={styles.sea}
            d="M5.5 17.5c3.5-2.5 7-2.5 10.5 0s7 2.5 10.5 0A10.7 10.7 0 0 1 5.5 17.5Z"
          />
        </svg>
        <span class={styles.name}>porthole</span>
        {hub.value !== null && (
          <span class={styles.user}>
            {hub.value.hub.user}@{hub.value.hub.hostname}
          </span>
        )}
      </span>
      <div class={styles.end}>
        <Live />
        <ThemeMenu />
        <Button
          variant="quiet"
          icon="sliders"
          label="Settings"
          haspopup="dialog"
          disabled={settings === undefined}
          onClick={openSettings}
        />
        <Button
          variant="quiet"
          icon="keyboard"
          label="Keyboard shortcuts"
          haspopup="dialog"
          class={styles.keys}
          onClick={() => {
            dialog.value = 'keys';
          }}
        />
      </div>
      {dialog.value === 'keys' && <ShortcutsDialog onClose={close} />}
      {dialog.value === 'settings' && settings !== undefined && (
        <SettingsDialog settings={settings} onClose={close} />
      )}
    </header>
  );
};

/** No link: what stands behind the `#` of the address is ours. */
const skipToMain = (): void => document.getElementById('main')?.focus();

const goToOpen = (): void => {
  const list = document.getElementById('open');
  list?.scrollIntoView({ block: 'start' });
  list?.querySelector<HTMLElement>('button')?.focus();
};

const Live = () => {
  const words = { first: 'Connecting', live: 'Live', lost: 'Offline', refused: 'Offline' }[
    link.value
  ];
  const count = sessions.value.length;
  return (
    <>
      {count > 0 && (
        <button type="button" class={styles.open} onClick={goToOpen}>
          {counted(count, 'viewer')} open
        </button>
      )}
      <span class={styles.live} data-state={link.value} title={words}>
        <span class={styles.liveDot} />
        <span class={styles.liveText}>{words}</span>
      </span>
    </>
  );
};

const THEMES: ReadonlyArray<{ readonly choice: ThemeChoice; readonly label: string }> = [
  { choice: 'system', label: 'As the system' },
  { choice: 'light', label: 'Light' },
  { choice: 'dark', label: 'Dark' },
];

const ICONS = { system: 'monitor', light: 'sun', dark: 'moon' } as const;

const ThemeMenu = () => (
  <Menu
    label="Theme"
    icon={ICONS[themeChoice.value]}
    variant="quiet"
    groups={[
      THEMES.map(({ choice, label }) => ({
        label,
        checked: themeChoice.value === choice,
        onSelect: () => void setTheme(choice),
      })),
    ]}
  />
);

/** At once, and for the other browsers of this machine. */
const setTheme = async (theme: ThemeChoice): Promise<void> => {
  themeChoice.value = theme;
  await call('PATCH /api/settings', { body: { theme } }).catch((error: unknown) =>
    showToast({ tone: 'bad', text: failureFrom(error).message }),
  );
};
