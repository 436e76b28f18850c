import type { Opening } from '../../../hub/api/contract.ts';
import { showToast } from '../../kit/toast.tsx';
import { call, failureFrom } from '../api/call.ts';
import { draft } from '../connect/connect-state.ts';
import { draftOf } from '../connect/draft.ts';
import { begin, show } from '../state/panel.ts';

const said = (error: unknown): void => {
  const { code, message } = failureFrom(error);
  if (code !== 'not-found' && code !== 'already-answered')
    showToast({ tone: 'bad', text: message });
};

/** Ends it, at whatever step it is. */
export const cancel = ({ opening }: Opening): Promise<void> =>
  call('POST /api/openings/{opening}/cancel', { params: { opening } }).catch(said);

/** Takes one that is over away, in all tabs. */
export const dismiss = async ({ opening }: Opening): Promise<void> => {
  show(null);
  await call('DELETE /api/openings/{opening}', { params: { opening } }).catch(said);
};

/** The same once more, in its place. */
export const again = async (opening: Opening): Promise<void> => {
  const failure = await begin({ target: opening.target });
  if (failure === null) {
    await call('DELETE /api/openings/{opening}', { params: { opening: opening.opening } }).catch(
      said,
    );
  } else showToast({ tone: 'bad', text: failure.message });
};

/** Back to the form, with what was typed. */
export const change = (opening: Opening): void => {
  draft.value = draftOf(opening.target);
  void dismiss(opening);
};
