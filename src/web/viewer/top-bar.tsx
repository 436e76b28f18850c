import { useState } from 'preact/hooks';
import { Bar, KeysButton, Live, Logo, ThemeMenu } from '../kit/bar.tsx';
import { Icon } from '../kit/icon.tsx';
import { address, goTo } from '../kit/location.ts';
import { useShortcuts } from '../kit/shortcuts.ts';
import { ShortcutsDialog } from '../kit/shortcuts-dialog.tsx';
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
    <>
      <Bar
        end={
          <>
            <Connection />
            <ThemeMenu />
            <KeysButton onClick={() => setHelpOpen(true)} />
          </>
        }
      >
        <Place />
        <Links />
      </Bar>
      {isHelpOpen && <ShortcutsDialog onClose={() => setHelpOpen(false)} />}
    </>
  );
};

const Place = () => {
  const state = server.value;
  return (
    <a class={styles.place} href="#/runs">
      <Logo />
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

const Connection = () => {
  const state = connection.value;
  if (state === 'idle') return null;
  return <Live state={state === 'open' ? 'live' : state} />;
};
