export interface ClientConfigInput {
  readonly alias: string;
  readonly directory: string;
  readonly port: number;
  readonly user: string;
  /** Config file and alias of the hop before. */
  readonly jump: { readonly configFile: string; readonly alias: string } | undefined;
  /** The caller's lines, in front: ssh takes the first value of an option. */
  readonly lines: readonly string[];
}

/** Names in the lab's directory. */
export const CLIENT_KEY_FILE = 'client_key';
export const KNOWN_HOSTS_FILE = 'known_hosts';

/** Text of a private ssh_config in which the lab's alias stands; nothing of the user's own is read. */
export const clientConfig = (input: ClientConfigInput): string => {
  const { alias, directory, port, user, jump, lines } = input;
  const block = [
    ...lines,
    'HostName 127.0.0.1',
    `Port ${port}`,
    `User ${user}`,
    `IdentityFile "${directory}/${CLIENT_KEY_FILE}"`,
    'IdentitiesOnly yes',
    'IdentityAgent none',
    `UserKnownHostsFile "${directory}/${KNOWN_HOSTS_FILE}"`,
    'GlobalKnownHostsFile none',
    ...(jump === undefined ? [] : [`ProxyJump ${jump.alias}`]),
  ];
  const include = jump === undefined ? '' : `Include "${jump.configFile}"\n\n`;
  return `${include}Host ${alias}\n${block.map((line) => `  ${line}\n`).join('')}`;
};
