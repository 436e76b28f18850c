import { useState } from 'preact/hooks';
import { Button } from '../kit/button.tsx';
import { Icon } from '../kit/icon.tsx';
import { address, goTo } from '../kit/location.ts';
import { Menu } from '../kit/menu.tsx';
import { useShortcuts } from '../kit/shortcuts.ts';
import { ShortcutsDialog } from '../kit/shortcuts-dialog.tsx';
import { type ThemeChoice, themeChoice } from '../kit/theme/theme.ts';
import { connection } from './connection.ts';
import { PAGES, pageAt } from './pages.tsx';
import { server } from './server.ts';
import styles from './top-bar.module.css';

/** Where one is: the server, its storage, the pages; and how the pages look. */
export const TopBar = () => {
  const [isHelpOpen, setHelpOpen] = useState(false);
  useShortcuts([
    ...PAGES.flatMap(({ link }) =>
      link === undefined
        ? []
        : [{ keys: link.keys, does: `Go to ${link.label}`, run: () => goTo(link.href()) }],
    ),
    { keys: '?', does: 'Show these keys', run: () => setHelpOpen(true) },
  ]);
  return (
    <header class={styles.bar}>
      <button type="button" class={styles.skip} onClick={skipToMain}>
        Skip to content
      </button>
      <Place />
      <Links />
      <div class={styles.end}>
        <Live />
        <ThemeMenu />
        <Button
          variant="quiet"
          icon="keyboard"
          label="Keyboard shortcuts"
          haspopup="dialog"
          class={styles.keys}
          onClick={() => setHelpOpen(true)}
        />
      </div>
      {isHelpOpen && <ShortcutsDialog onClose={() => setHelpOpen(false)} />}
    </header>
  );
};

/** No link: what stands behind the `#` of the address is ours to route by. */
const skipToMain = (): void => document.getElementById('main')?.focus();

const Place = () => {
  const state = server.value;
  return (
    <a class={styles.place} href="#/runs">
      <svg class={styles.logo} viewBox="0 0 32 32" aria-hidden="true">
        <circle class={styles.ring} cx="16" cy="16" r="13" />
        <path
          class={styles.sea}
          d="M5.5 17.5c3.5-2.5 7-2.5 10.5 0s7 2.5 10.5 0A10.7 10.7 0 0 1 5.5 17.5Z"
        />
      </svg>
      <span class={styles.host}>{state.kind === 'known' ? state.info.host : 'porthole'}</span>
      {state.kind === 'known' && (
        <span class={styles.storage} title={state.info.storage.path}>
          {/* Its end tells storages apart: that is what stays when there is little room. */}
          <bdi>{state.info.storage.path}</bdi>
        </span>
      )}
    </a>
  );
};

const Links = () => {
  const page = pageAt(address.value);
  const current = page?.below ?? page?.word;
  return (
    <nav class={styles.links} aria-label="Pages">
      {PAGES.map(({ word, link }) =>
        link === undefined ? null : (
          <a
            key={word}
            class={styles.link}
            href={link.href()}
            aria-current={word === current ? 'page' : undefined}
            aria-label={link.label}
            title={link.label}
          >
            <Icon name={link.icon} />
            <span class={styles.linkText}>{link.label}</span>
          </a>
        ),
      )}
    </nav>
  );
};

const Live = () => {
  const state = connection.value;
  if (state === 'idle') return null;
  const words = { open: 'Live', connecting: 'Connecting', lost: 'Offline' }[state];
  return (
    <span class={styles.live} data-state={state} title={words}>
      <span class={styles.liveDot} />
      <span class={styles.liveText}>{words}</span>
    </span>
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
        onSelect: () => {
          themeChoice.value = choice;
        },
      })),
    ]}
  />
);
