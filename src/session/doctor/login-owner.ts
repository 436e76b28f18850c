import { toPortholeError } from '../../core/errors.ts';
import type { LoginSigns } from '../../ssh/login-lines.ts';
import { failureOf } from './check.ts';
import type { LoginView } from './login.ts';
import type { CheckId, Finding } from './report.ts';

/** The checks that look at one and the same login. */
type LoginCheck = Extract<
  CheckId,
  'handshake' | 'host-key' | 'authentication' | 'login-shell' | 'python'
>;

/** The finding of the check whose failure the login ended with; undefined for every other check. */
export const loginFailure = (check: LoginCheck, view: LoginView): Finding | undefined => {
  if (view.outcome?.kind !== 'failed') return undefined;
  const { error } = view.outcome;
  return ownerOf(error, view.signs) === check ? failureOf(error) : undefined;
};

/** The step that a failed login failed at: by its name, and where that leaves it open, by how far it came. */
export const ownerOf = (error: unknown, signs: LoginSigns): LoginCheck => {
  switch (toPortholeError(error).code) {
    case 'host-key-unknown':
    case 'host-key-changed':
    case 'host-key-refused':
      return 'host-key';
    case 'auth-failed':
    case 'auth-needs-terminal':
      return 'authentication';
    case 'login-shell':
    case 'protocol-error':
      return 'login-shell';
    case 'python-not-found':
      return 'python';
    default:
      if (signs.authenticatedBy !== undefined) return 'login-shell';
      return signs.accepts.length > 0 ? 'authentication' : 'handshake';
  }
};
