import { Toasts } from '../kit/toast.tsx';
import styles from './app.module.css';

/** The dashboard: a bar, the way to a server, and what is open. */
export const App = () => (
  <div class={styles.app}>
    <main class={styles.main} id="main" tabIndex={-1}>
      <h1>porthole</h1>
    </main>
    <Toasts />
  </div>
);
