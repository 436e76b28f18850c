import type { ErrorCode } from '../../core/errors.ts';
import { isHere } from '../../remote/here.ts';
import { destinationWords } from '../../ssh/argv.ts';
import type { SshTarget } from '../../ssh/target.ts';

/** What is most likely behind a failure, and what to type to test it. */
export interface Advice {
  readonly causes: string[];
  readonly commands: string[];
}

/** Pure; the commands are to be copied into a terminal of this machine, and are safe to paste. */
export const adviceFor = (code: ErrorCode, target: SshTarget): Advice => {
  if (isHere(target)) return { causes: [], commands: [] };
  const row = ROWS[code];
  if (row === undefined) return { causes: [], commands: [] };
  const words = destinationWords(target);
  return {
    causes: [...row.causes],
    commands: row.commands.map((command) => command.replaceAll('{host}', () => words)),
  };
};

interface Row {
  readonly causes: readonly string[];
  /** `{host}` stands for the destination and its options, quoted. */
  readonly commands: readonly string[];
}

const LOGIN = 'ssh {host} true';
const VERBOSE = 'ssh -v {host} true';
const CONFIG = 'ssh -G {host}';

const ROWS: Partial<Record<ErrorCode, Row>> = {
  'host-unresolvable': {
    causes: [
      'The name is misspelt, or is no alias of your ssh config.',
      'The name is known only inside a network (VPN) that this machine is not in at the moment.',
      'The name service does not answer.',
    ],
    commands: [CONFIG, LOGIN],
  },
  'connection-refused': {
    causes: [
      'The ssh server listens on another port.',
      'The ssh server does not run, or the machine has just been started.',
      'A firewall refuses the connection.',
    ],
    commands: [CONFIG, LOGIN],
  },
  'connection-timeout': {
    causes: [
      'The machine is switched off, or not reachable from this network (VPN).',
      'A firewall drops the connection without a word.',
      'The machine is so busy that it does not answer in time.',
    ],
    commands: [VERBOSE],
  },
  'network-unreachable': {
    causes: ['This machine has no network at the moment.', 'The VPN is not connected.'],
    commands: [LOGIN],
  },
  'connection-closed': {
    causes: [
      'The network was interrupted.',
      'The server ended the connection: too many logins at once, or a restart.',
    ],
    commands: [VERBOSE],
  },
  'jump-host-failed': {
    causes: [
      'The jump host cannot be reached.',
      'The jump host does not let this account through.',
    ],
    commands: [CONFIG, VERBOSE],
  },
  'login-shell': {
    causes: [
      'A start-up file of the login shell asks something, or starts another program.',
      'The account may not run commands (ForceCommand, a menu).',
    ],
    commands: [LOGIN],
  },
  'auth-failed': {
    causes: [
      'The user name is another one there.',
      'The key is not in authorized_keys there, or is not the one that ssh offers.',
      'The password or code was wrong, or passwords are not accepted.',
    ],
    commands: [VERBOSE, 'ssh-add -l'],
  },
  'auth-needs-terminal': {
    causes: ['The login asks something that was not answered.'],
    commands: [LOGIN],
  },
  'host-key-unknown': {
    causes: ['This machine has not been connected to from here before.'],
    commands: [LOGIN],
  },
  'host-key-changed': {
    causes: [
      'The server was installed anew, or another machine has its address now.',
      'Somebody is in between and pretends to be the server.',
    ],
    commands: [LOGIN],
  },
  'host-key-refused': {
    causes: ['The host key was not accepted, so ssh did not go on.'],
    commands: [LOGIN],
  },
  'python-not-found': {
    causes: ['There is no Python 3.8 or newer where porthole looks for it.'],
    commands: ["ssh {host} 'command -v python3; python3 --version'"],
  },
  'storage-missing': {
    causes: [
      'The directory was moved or deleted.',
      'It lies on a file system that is not mounted.',
    ],
    commands: [],
  },
  'storage-unreadable': { causes: ['It belongs to another account.'], commands: ['ssh {host} id'] },
  'viewer-exited': {
    causes: [
      'A package that it needs is missing or of another version in its environment.',
      'The storage holds something that it cannot read.',
    ],
    commands: [],
  },
  'viewer-timeout': {
    causes: ['The server is busy, or the environment lies on a slow file system.'],
    commands: ['ssh {host} uptime'],
  },
  'forward-refused': {
    causes: ['The server forbids forwarding (AllowTcpForwarding, AllowStreamLocalForwarding).'],
    commands: [VERBOSE],
  },
  'runtime-directory': {
    causes: ['/tmp on the server is full, read-only, or has odd permissions.'],
    commands: ["ssh {host} 'df /tmp; ls -ld /tmp'"],
  },
};
