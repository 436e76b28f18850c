/** Options of sshd_config; several values make several lines. */
export type SshdOptions = Readonly<Record<string, string | readonly string[]>>;

export interface SshdConfigInput {
  readonly directory: string;
  readonly port: number;
  /** The caller's, in front: sshd takes the first value of an option. */
  readonly options: SshdOptions;
  readonly keyExchange: 'quick' | 'usual';
  readonly passwords: 'accepted' | 'refused';
  /** Text shown before the login. */
  readonly banner: 'shown' | 'none';
  readonly env: Readonly<Record<string, string>>;
}

/** Names in the lab's directory. */
export const HOST_KEY_FILE = 'host_key';
export const AUTHORIZED_KEYS_FILE = 'authorized_keys';
export const BANNER_FILE = 'banner';

/** Text of an sshd_config for a private sshd on loopback that needs neither root nor PAM. */
export const sshdConfig = (input: SshdConfigInput): string => {
  const { directory, port, options, keyExchange, passwords, banner, env } = input;
  const defaults: SshdOptions = {
    Port: String(port),
    ListenAddress: '127.0.0.1',
    HostKey: quote(`${directory}/${HOST_KEY_FILE}`),
    AuthorizedKeysFile: quote(`${directory}/${AUTHORIZED_KEYS_FILE}`),
    PidFile: 'none',
    // The lab lies in /tmp, which everybody may write to: to sshd the keys there look unsafe.
    StrictModes: 'no',
    UsePAM: 'no',
    PasswordAuthentication: passwords === 'accepted' ? 'yes' : 'no',
    KbdInteractiveAuthentication: 'no',
    PermitRootLogin: 'yes',
    PermitUserRC: 'no',
    PrintMotd: 'no',
    PrintLastLog: 'no',
    // Tests connect side by side; the default begins to drop logins at ten.
    MaxStartups: '200',
    LogLevel: 'VERBOSE',
    // That of OpenSSH's own choice is safe from computers yet to come, for 80 ms of CPU a login.
    ...(keyExchange === 'quick' ? { KexAlgorithms: 'curve25519-sha256' } : {}),
    ...(banner === 'shown' ? { Banner: quote(`${directory}/${BANNER_FILE}`) } : {}),
    ...(Object.keys(env).length > 0 ? { SetEnv: Object.entries(env).map(assign).join(' ') } : {}),
  };
  return [options, defaults]
    .flatMap((group) => Object.entries(group))
    .flatMap(([name, values]) => [values].flat().map((value) => `${name} ${value}\n`))
    .join('');
};

const assign = ([name, value]: [string, string]): string => quote(`${name}=${value}`);

const quote = (word: string): string => `"${word.replace(/["\\]/g, '\\$&')}"`;
