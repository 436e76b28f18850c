import { computed, effect, signal } from '@preact/signals';
import './tokens.css';
import './base.css';
import { readSetting, writeSetting } from '../settings.ts';

/** What the user chose; `system` follows the operating system. */
export type ThemeChoice = 'system' | 'light' | 'dark';

const CHOICES: readonly ThemeChoice[] = ['system', 'light', 'dark'];

/** The user's choice, kept in this browser. Set it to switch. */
export const themeChoice = signal<ThemeChoice>(
  CHOICES.find((choice) => choice === readSetting('theme')) ?? 'system',
);

const systemDark = window.matchMedia('(prefers-color-scheme: dark)');
const isSystemDark = signal(systemDark.matches);
systemDark.addEventListener('change', ({ matches }) => {
  isSystemDark.value = matches;
});

/** What is shown now; whatever draws on a canvas draws anew when it changes. */
export const theme = computed<'light' | 'dark'>(() => {
  if (themeChoice.value !== 'system') return themeChoice.value;
  return isSystemDark.value ? 'dark' : 'light';
});

effect(() => {
  const choice = themeChoice.value;
  if (choice === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = choice;
  writeSetting('theme', choice === 'system' ? null : choice);
});

/**
 * A colour token (`--series-1`) as a canvas takes it. Reads `theme`, so that an effect that calls
 * it runs again when the theme changes.
 */
export const colorOf = (token: `--${string}`): string => {
  void theme.value;
  probe.style.color = `var(${token})`;
  document.documentElement.append(probe);
  const color = getComputedStyle(probe).color;
  probe.remove();
  return color;
};

/** A token holds both colours; only an element that wears it knows which one counts. */
const probe = document.createElement('span');
