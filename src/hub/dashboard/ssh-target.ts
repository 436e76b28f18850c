import { join } from 'node:path';
import { PortholeError } from '../../core/errors.ts';
import { HERE } from '../../remote/here.ts';
import { type SshTarget, validateHost } from '../../ssh/target.ts';
import type { Auth, Target } from '../api/schema/target.ts';
import { asApiError } from './to-failure.ts';

/**
 * What the wizard's fields come to as options of ssh, for this attempt alone.
 *
 * @throws ApiError `invalid-host`, with the field
 */
export const toSshTarget = (target: Target, home: string): SshTarget => {
  if (target.kind === 'here') return HERE;
  const { port, user, auth } = target;
  const host = inField('target.host', () => validateHost(target.host));
  const login = user === null ? {} : { user: inField('target.user', () => validateUser(user)) };
  return { host, ...(port === null ? {} : { port }), ...login, ...authOptions(auth, home) };
};

/** As ssh(1) knows them; an option given here goes before the config's. */
const authOptions = (auth: Auth, home: string): Pick<SshTarget, 'identityFiles' | 'options'> => {
  switch (auth.kind) {
    case 'config':
      return {};
    case 'key':
      return {
        identityFiles: [expandHome(auth.path, home)],
        options: ['IdentitiesOnly=yes', 'PubkeyAuthentication=yes'],
      };
    case 'password':
      return {
        options: [
          'PreferredAuthentications=keyboard-interactive,password',
          'PubkeyAuthentication=no',
          'PasswordAuthentication=yes',
          'KbdInteractiveAuthentication=yes',
        ],
      };
    case 'agent':
      // A file of this name is none: the agent's keys are all that is offered.
      return { options: ['IdentityFile=none', 'IdentitiesOnly=no', 'PubkeyAuthentication=yes'] };
    default:
      return auth satisfies never;
  }
};

/** `~/...` as the user's home. */
export const expandHome = (path: string, home: string): string =>
  path === '~' || path.startsWith('~/') ? join(home, path.slice(1)) : path;

/** A name that ssh would take for something else, or that no account has. */
const validateUser = (user: string): string => {
  validateHost(user);
  if (!user.includes('@')) return user;
  throw new PortholeError({
    code: 'invalid-host',
    message: 'A user name has no "@" in it here.',
    hint: 'Give the user in one field and the host in the other.',
  });
};

const inField = <T>(field: string, work: () => T): T => {
  try {
    return work();
  } catch (error) {
    throw error instanceof PortholeError ? asApiError(error, field) : error;
  }
};
