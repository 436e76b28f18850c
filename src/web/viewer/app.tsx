import { LinkButton } from '../kit/button.tsx';
import { address } from '../kit/location.ts';
import { Notice } from '../kit/notice.tsx';
import { Toasts } from '../kit/toast.tsx';
import styles from './app.module.css';
import { ConnectionBanner } from './connection-banner.tsx';
import { pageAt } from './pages.tsx';
import { runsHref } from './places.ts';
import { TopBar } from './top-bar.tsx';

/** The viewer: a bar, what is wrong with the connection, and the page of the address. */
export const App = () => {
  const Page = pageAt(address.value)?.component;
  return (
    <div class={styles.app}>
      <TopBar />
      <ConnectionBanner />
      <main class={styles.main} id="main" tabIndex={-1}>
        {Page === undefined ? <NoSuchPage /> : <Page />}
      </main>
      <Toasts />
    </div>
  );
};

const NoSuchPage = () => (
  <Notice
    title="There is no such page"
    actions={<LinkButton href={runsHref()}>All runs</LinkButton>}
  >
    <p>The address may be of another version of porthole.</p>
  </Notice>
);
