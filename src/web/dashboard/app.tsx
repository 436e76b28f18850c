import { Toasts } from '../kit/toast.tsx';
import styles from './app.module.css';
import { ThisMachine } from './here/this-machine.tsx';
import { HubBanner } from './hub-banner.tsx';
import { Panel } from './panel.tsx';
import { Prompts } from './prompts/prompts.tsx';
import { SavedList } from './saved/saved-list.tsx';
import { SessionList } from './sessions/session-list.tsx';
import { TopBar } from './top-bar.tsx';

/** The dashboard: the way to a server, what is saved, and, always in sight, what is open. */
export const App = () => (
  <div class={styles.app}>
    <TopBar />
    <HubBanner />
    <main class={styles.main} id="main" tabIndex={-1}>
      <div class={styles.work}>
        <Panel />
        <div class={styles.places}>
          <SavedList />
          <ThisMachine />
        </div>
      </div>
      <div class={styles.rail}>
        <SessionList />
      </div>
    </main>
    <Prompts />
    <Toasts />
  </div>
);
