import { useEffect, useState } from 'preact/hooks';
import { type LiveState, listen } from '../../kit/live-events.ts';

/** A page holds the end of a log, not the whole of it. */
const LONGEST = 400_000;

/** Text of a log as it comes, from the first time the component shows. */
export const useLog = (url: string): { readonly text: string; readonly state: LiveState } => {
  const [log, setLog] = useState<{ text: string; state: LiveState }>({
    ...{ text: '', state: 'connecting' },
  });
  useEffect(() => {
    const stream = listen({
      url: () => {
        // A new stream tells the end of the log again.
        setLog((before) => ({ ...before, text: '' }));
        return url;
      },
      on: {
        text: (chunk: { readonly text: string }) =>
          setLog((before) => ({ ...before, text: (before.text + chunk.text).slice(-LONGEST) })),
      },
    });
    const stopWatching = stream.state.subscribe((state) =>
      setLog((before) => ({ ...before, state })),
    );
    return () => {
      stopWatching();
      stream.close();
    };
  }, [url]);
  return log;
};
