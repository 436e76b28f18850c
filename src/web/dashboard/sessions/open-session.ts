import { signal } from '@preact/signals';
import { showToast } from '../../kit/toast.tsx';
import { call, failureFrom } from '../api/call.ts';

/** Sessions whose tab the browser did not let open: they are offered by a button. */
export const blocked = signal<ReadonlySet<string>>(new Set());

/**
 * Opens a session's viewer in a new tab. On a `click` the tab is made at once: browsers allow that
 * only then. Once it is `ready` the click may be too long ago; then the page offers a button.
 */
export const openSession = async (session: string, moment: 'click' | 'ready'): Promise<void> => {
  const early = moment === 'click' ? window.open('', '_blank') : null;
  let url: string;
  try {
    ({ url } = await call('POST /api/sessions/{session}/ticket', { params: { session } }));
  } catch (error) {
    early?.close();
    showToast({ tone: 'bad', text: failureFrom(error).message });
    return;
  }
  const tab = early ?? window.open(url, '_blank');
  if (tab === null) {
    blocked.value = new Set([...blocked.peek(), session]);
    return;
  }
  blocked.value = new Set([...blocked.peek()].filter((one) => one !== session));
  if (early !== null) {
    // What is shown there must not reach back to this page.
    early.opener = null;
    early.location.replace(url);
  }
};
