import type { FunctionComponent } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Button } from '../kit/button.tsx';
import { Notice, Skeleton } from '../kit/notice.tsx';

/** A page whose code is loaded when somebody goes there. */
export const lazyPage = (load: () => Promise<FunctionComponent>): FunctionComponent => {
  let loaded: FunctionComponent | undefined;
  return () => {
    const [state, setState] = useState<'loading' | 'ready' | 'failed'>(
      loaded === undefined ? 'loading' : 'ready',
    );
    useEffect(() => {
      if (loaded !== undefined) return;
      load().then(
        (page) => {
          loaded = page;
          setState('ready');
        },
        () => setState('failed'),
      );
    }, []);
    if (state === 'ready' && loaded !== undefined) {
      const Page = loaded;
      return <Page />;
    }
    if (state === 'loading') return <Skeleton lines={6} />;
    return (
      <Notice
        tone="bad"
        title="This page could not be loaded"
        actions={<Button onClick={() => window.location.reload()}>Load again</Button>}
      >
        <p>Its files come from this machine. porthole may have ended, or been updated.</p>
      </Notice>
    );
  };
};
