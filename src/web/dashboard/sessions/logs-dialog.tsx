import type { Session } from '../../../hub/api/contract.ts';
import { Dialog } from '../../kit/dialog.tsx';
import { routeUrl } from '../api/call.ts';
import { LogView } from '../logs/log-view.tsx';

/** The output of a session's viewer, live. */
export const LogsDialog = (props: { readonly session: Session; readonly onClose: () => void }) => {
  const { session } = props.session;
  return (
    <Dialog title={`Log of ${session}`} wide onClose={props.onClose}>
      <LogView
        label={`Log of ${session}`}
        url={`${routeUrl('/api/sessions/{session}/log', { session })}?lines=1000`}
      />
    </Dialog>
  );
};
