import { Button } from '../kit/button.tsx';
import { Command } from '../kit/copy.tsx';
import { Icon } from '../kit/icon.tsx';
import styles from './hub-banner.module.css';
import { hub, link, reachHub } from './state/hub.ts';

/** Says that what is shown is no longer live: the hub is gone, and what brings it back. */
export const HubBanner = () => (
  <div role="status">
    {(link.value === 'lost' || link.value === 'refused') && <Gone />}
    {link.value === 'live' && hub.value?.ending != null && (
      <div class={styles.banner}>
        <Icon name="alert" class={styles.icon} />
        <p class={styles.text}>
          <strong>porthole is ending.</strong> {hub.value.ending}
        </p>
      </div>
    )}
  </div>
);

const Gone = () => (
  <div class={styles.banner}>
    <Icon name="alert" class={styles.icon} />
    <p class={styles.text}>
      {link.value === 'lost' ? (
        <>
          <strong>porthole is no longer running here.</strong> What it had open has ended with it.
          This page goes on by itself once it runs again.
        </>
      ) : (
        <>
          <strong>porthole was started anew, and does not know this browser yet.</strong> This
          command lets it in, and the page goes on.
        </>
      )}
    </p>
    <div class={styles.command}>
      <Command text="porthole viewer" />
    </div>
    <Button onClick={reachHub}>Try now</Button>
  </div>
);
