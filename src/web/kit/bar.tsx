import type { ComponentChildren } from 'preact';
import styles from './bar.module.css';
import { Button } from './button.tsx';
import { Menu } from './menu.tsx';
import { type ThemeChoice, themeChoice } from './theme/theme.ts';

/** The bar above every page: what is looked at on the left, and at the right how and whether it lives. */
export const Bar = (props: {
  readonly children: ComponentChildren;
  readonly end: ComponentChildren;
}) => (
  <header class={styles.bar}>
    <button type="button" class={styles.skip} onClick={skipToMain}>
      Skip to content
    </button>
    {props.children}
    <div class={styles.end}>{props.end}</div>
  </header>
);

/** No link: what stands behind the `#` of the address is the page's to route by. */
const skipToMain = (): void => document.getElementById('main')?.focus();

export const Logo = () => (
  <svg class={styles.logo} viewBox="0 0 32 32" aria-hidden="true">
    <circle class={styles.ring} cx="16" cy="16" r="13" />
    <path
      class={styles.sea}
      d="M5.5 17.5c3.5-2.5 7-2.5 10.5 0s7 2.5 10.5 0A10.7 10.7 0 0 1 5.5 17.5Z"
    />
  </svg>
);

/** Whether the page hears of changes as they happen. */
export const Live = ({ state }: { readonly state: keyof typeof LIVE_WORDS }) => (
  <span class={styles.live} data-state={state} title={LIVE_WORDS[state]}>
    <span class={styles.dot} />
    <span class={styles.words}>{LIVE_WORDS[state]}</span>
  </span>
);

const LIVE_WORDS = { live: 'Live', connecting: 'Connecting', lost: 'Offline' } as const;

const THEMES: ReadonlyArray<{ readonly choice: ThemeChoice; readonly label: string }> = [
  { choice: 'system', label: 'As the system' },
  { choice: 'light', label: 'Light' },
  { choice: 'dark', label: 'Dark' },
];

const ICONS = { system: 'monitor', light: 'sun', dark: 'moon' } as const;

/** How the page looks; the choice holds at once, `onChoose` may keep it elsewhere too. */
export const ThemeMenu = ({ onChoose }: { readonly onChoose?: (choice: ThemeChoice) => void }) => (
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
          onChoose?.(choice);
        },
      })),
    ]}
  />
);

/** Opens the list of keys; not where there is hardly a keyboard. */
export const KeysButton = ({ onClick }: { readonly onClick: () => void }) => (
  <Button
    variant="quiet"
    icon="keyboard"
    label="Keyboard shortcuts"
    haspopup="dialog"
    class={styles.keys}
    onClick={onClick}
  />
);
