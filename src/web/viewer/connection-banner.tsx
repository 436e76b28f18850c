import { Icon } from '../kit/icon.tsx';
import { connection, linkTrouble } from './connection.ts';
import styles from './connection-banner.module.css';

/** Says that what is shown is no longer live, why, and what helps. */
export const ConnectionBanner = () => {
  const isLost = connection.value === 'lost';
  const trouble = linkTrouble.value;
  return (
    <div role="status">
      {isLost && (
        <div class={styles.banner}>
          <Icon name="alert" class={styles.icon} />
          <p class={styles.text}>
            <strong class={styles.title}>{trouble?.title ?? 'Connection lost'}</strong>{' '}
            {trouble?.detail ?? 'What you see stays; trying again by itself.'}{' '}
            {trouble?.reason !== undefined && trouble.reason !== '' && (
              <span class={styles.reason}>{trouble.reason}</span>
            )}
            {trouble?.command !== undefined && trouble.command !== '' && (
              <code class={styles.command}>{trouble.command}</code>
            )}
          </p>
        </div>
      )}
    </div>
  );
};
