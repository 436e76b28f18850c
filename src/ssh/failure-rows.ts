import { explainLogin, explainTooManyKeys } from './auth-failures.ts';
import type { Failure, FailureContext, FailureRow } from './failure.ts';
import { explainChangedKey, explainRevokedKey, explainUnverifiedKey } from './host-key-failures.ts';

const CONNECT = ['connect'] as const;
const ALWAYS = ['connect', 'open'] as const;

/** ssh's end of a ProxyCommand or ProxyJump has no address. */
const THROUGH_PROXY = /^Connection closed by UNKNOWN port 65535/m;

/** Texts of OpenSSH 9.2, most telling first; what ssh prints last is often only the consequence. */
export const FAILURE_ROWS: readonly FailureRow[] = [
  {
    pattern: /^(?:Bad owner or permissions on|Can't open user config file) .*$/m,
    phases: CONNECT,
    explain: ({ match }) => badConfig(match[0], 'Mend the file, or name another by -F.'),
  },
  {
    pattern: /^command-line:? line \d+: (.*)$/m,
    phases: CONNECT,
    explain: ({ match }) => badConfig(match[1] ?? '', 'Check the -o options that were given.'),
  },
  {
    pattern: /^.*: terminating, \d+ bad configuration options$/m,
    phases: CONNECT,
    explain: ({ match, stderr }) => {
      // "FILE: line N: Bad configuration option: x" or "FILE line N: Bad port 'x'."
      const line = /^.+? line \d+: .+$/m.exec(stderr)?.[0] ?? match[0];
      return badConfig(line, 'Mend that line of the ssh config.');
    },
  },
  {
    pattern: /^(?:Bad port '.*|Invalid -J argument|.*percent_expand: unknown key.*)$/m,
    phases: CONNECT,
    explain: ({ match }) => badConfig(match[0], 'Check the options and the ssh config.'),
  },
  {
    pattern: /^hostname contains invalid characters/m,
    phases: CONNECT,
    explain: ({ host }) => ({
      code: 'invalid-host',
      message: `ssh does not take ${host} as the name of a host.`,
      hint: 'Give an alias of your ssh config (see `porthole hosts`) or user@host.',
    }),
  },
  {
    pattern: /^.*(?:too long for Unix domain socket|ControlPath .* too long).*$/m,
    phases: CONNECT,
    explain: () => ({
      code: 'path-too-long',
      message: 'The path of the control socket is too long.',
      hint: 'Set XDG_RUNTIME_DIR to a directory with a shorter path.',
    }),
  },
  {
    pattern: /REMOTE HOST IDENTIFICATION HAS CHANGED/,
    phases: CONNECT,
    explain: explainChangedKey,
  },
  { pattern: /REVOKED HOST KEY DETECTED/, phases: CONNECT, explain: explainRevokedKey },
  { pattern: /^Host key verification failed\./m, phases: CONNECT, explain: explainUnverifiedKey },
  { pattern: /Too many authentication failures/, phases: CONNECT, explain: explainTooManyKeys },
  {
    pattern: /^(?:(\S+): )?Permission denied \(([^)\n]*)\)\.?$/m,
    phases: CONNECT,
    explain: explainLogin,
  },
  {
    pattern: /^Unable to negotiate with (.*?): (no matching .*? found)/m,
    phases: CONNECT,
    explain: ({ match, host }) => ({
      code: 'connection-closed',
      message: `Cannot agree with ${host} (${match[1]}): ${match[2]}.`,
      hint: 'The server is much older or newer than this ssh; allow what it offers in the ssh config.',
    }),
  },
  {
    pattern: /^ssh: Could not resolve hostname (.+?): (.*)$/m,
    phases: CONNECT,
    explain: ({ match, host, stderr }) => ({
      code: THROUGH_PROXY.test(stderr) ? 'jump-host-failed' : 'host-unresolvable',
      message: THROUGH_PROXY.test(stderr)
        ? `Cannot reach ${host}: the name of its jump host ${match[1]} cannot be resolved.`
        : `Cannot find ${host}: ${nameOf(match[1], host)} cannot be resolved.`,
      hint: 'Check the spelling (`porthole hosts` lists your aliases), the network and the VPN.',
    }),
  },
  {
    pattern: /^ssh: connect to (?:host (.+) port (\d+)|address .*): (.*)$/m,
    phases: CONNECT,
    explain: (context) => explainConnect(context),
  },
  {
    pattern: /^stdio forwarding failed/m,
    phases: CONNECT,
    explain: ({ host, stderr }) => ({
      code: 'jump-host-failed',
      message: `The jump host cannot reach ${host}: ${jumpReason(stderr)}.`,
      hint: `Check HostName and Port of ${host} as seen from the jump host, and that forwarding is allowed there.`,
    }),
  },
  {
    pattern:
      /^(?:Connection timed out during banner exchange|Connection to .* timed out|Timeout, server .* not responding)/m,
    phases: ALWAYS,
    explain: ({ host, phase }) => ({
      code: 'connection-timeout',
      message: `${host} stopped answering${phase === 'connect' ? ' before the login was done' : ''}.`,
      hint: 'Check the network and the VPN; --timeout gives a slow link more time.',
    }),
  },
  {
    pattern: THROUGH_PROXY,
    phases: CONNECT,
    explain: ({ host, destination }) => ({
      code: 'jump-host-failed',
      message: `Cannot reach ${host}: its jump host or ProxyCommand ended before the server answered.`,
      hint: `Try the jump host by itself; ssh -v ${destination} true shows how it is called.`,
    }),
  },
  {
    pattern:
      /^(?:kex_exchange_identification: .*|ssh_exchange_identification: .*|banner exchange: .*)$/m,
    phases: CONNECT,
    explain: ({ host, match }) => ({
      code: 'connection-closed',
      message: `${host} closed the connection before the login: ${reasonOf(match[0])}.`,
      hint: 'No ssh server on that port, too many connections there (MaxStartups), or a firewall that bans this address for a while.',
    }),
  },
  {
    pattern: /^(?:shell|exec|PTY allocation) request failed on channel \d+/m,
    phases: CONNECT,
    explain: ({ host }) => ({
      code: 'login-shell',
      message: `${host} accepted the login but runs no commands for this account.`,
      hint: 'Ask its administrator whether the account may run commands over ssh.',
    }),
  },
  {
    pattern:
      /^(?:client_loop: send disconnect: .*|(?:Connection (?:closed|reset) by|Received disconnect from|Disconnected from|Read from remote host) .*|Connection to .* closed(?: by remote host)?\.)$/m,
    phases: ALWAYS,
    explain: ({ host, phase, destination }) => ({
      code: 'connection-closed',
      message: `${host} closed the connection${phase === 'connect' ? ' during the login' : ''}.`,
      hint: `Try the same by hand: ssh -v ${destination} true`,
    }),
  },
];

/** Not the same name twice: `gpu` and `ada@gpu` are resolved as they stand. */
const nameOf = (resolved: string | undefined, host: string): string =>
  resolved === undefined || `@${host}`.endsWith(`@${resolved}`)
    ? 'the name'
    : `the name ${resolved}`;

const badConfig = (words: string, hint: string): Failure => ({
  code: 'ssh-config-invalid',
  message: `ssh cannot use its configuration: ${words.replace(/\.$/, '')}.`,
  hint,
});

/** Reasons of connect(2), as the C library words them (the second of a pair is macOS). */
const explainConnect = ({ match, host, stderr }: FailureContext): Failure => {
  const [, name = host, port, reason = ''] = match;
  const where = port === undefined ? name : `${name} port ${port}`;
  const refused = /refused/i.test(reason);
  const slow = /timed out/i.test(reason);
  if (THROUGH_PROXY.test(stderr)) {
    return {
      code: 'jump-host-failed',
      message: `Cannot reach ${host}: its jump host (${where}) gives no connection: ${reason}.`,
      hint: 'Try the jump host by itself, and check the network and the VPN.',
    };
  }
  return {
    code: refused ? 'connection-refused' : slow ? 'connection-timeout' : 'network-unreachable',
    message: `Cannot connect to ${host} (${where}): ${reason}.`,
    hint: refused
      ? 'No ssh server answers on that port: check HostName and Port.'
      : 'Check that the machine is up, the network and the VPN.',
  };
};

const jumpReason = (stderr: string): string => {
  const words = /^channel \d+: open failed: (.*)$/m.exec(stderr)?.[1] ?? 'no reason given';
  return words.startsWith('administratively prohibited')
    ? 'it forbids forwarding (AllowTcpForwarding)'
    : words.replace(/^connect failed: /, '');
};

const reasonOf = (line: string): string => line.slice(line.indexOf(': ') + 2);
