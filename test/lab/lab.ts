import { mkdir, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { accountName, addAccount, type LabAccount, type LoginAccount } from './account.ts';
import { clientConfig } from './client-config.ts';
import { labMarker, makeLabDirectory, removeLab } from './directory.ts';
import { type KnownHosts, makeKeys, writeKnownHosts } from './keys.ts';
import type { LabMount } from './mounts.ts';
import { type Relay, type RelayOptions, startRelay } from './relay.ts';
import { runOrThrow } from './run.ts';
import { serve } from './serve.ts';
import { BANNER_FILE, type SshdOptions } from './sshd-config.ts';

/** What a test wants of the server that it talks to; everything has a default. */
export interface LabOptions {
  /** Name in the private ssh_config; `lab` unless told. */
  readonly alias?: string;
  /** Options of sshd_config, e.g. `{ AllowTcpForwarding: 'no' }`; take `setEnv` for SetEnv. */
  readonly sshd?: SshdOptions;
  /** `usual`: as OpenSSH does it, for who measures time. `quick` unless told. */
  readonly keyExchange?: 'quick' | 'usual';
  /** Text that sshd shows before the login. */
  readonly banner?: string;
  /** A throwaway account (needs root); the current user unless told. */
  readonly account?: LabAccount;
  /** `private`: an empty home of the lab's own. `real`: the current user's. `private` unless told. */
  readonly home?: 'private' | 'real';
  /** Files put into the private home, by their path in it. */
  readonly homeFiles?: Readonly<Record<string, string>>;
  /** Environment of every session on the server. */
  readonly setEnv?: Readonly<Record<string, string>>;
  /** Mounts that only this server sees (needs root). */
  readonly mounts?: readonly LabMount[];
  /** Puts a link with delay and rate between ssh and sshd. */
  readonly relay?: RelayOptions;
  /** A hop before: one that runs already, or options of one that this lab then owns. */
  readonly jump?: LabOptions | Lab;
  /** Encrypts the client's key. */
  readonly keyPassphrase?: string;
  /** `known` unless told. */
  readonly knownHosts?: KnownHosts;
  /** More lines for the alias in the ssh_config; they win over the lab's own. */
  readonly clientConfig?: readonly string[];
}

/** A private, real sshd on loopback and an ssh_config that leads to it. */
export interface Lab extends AsyncDisposable {
  readonly alias: string;
  /** For `ssh -F`. */
  readonly configFile: string;
  /** Port in the config: the relay's where there is one. */
  readonly port: number;
  readonly directory: string;
  readonly user: string;
  readonly uid: number;
  /** The home that sessions see. */
  readonly home: string;
  readonly relay: Relay | undefined;
  readonly jump: Lab | undefined;
  /** In the environment of every process of a session here: look for it with `processesWith`. */
  readonly marker: string;
  /** All that sshd logged. */
  sshdLog(): string;
  /** Connections that sshd holds at this moment. */
  connections(): Promise<number>;
  /** Ends sshd, its connections and what runs in them, as a reboot does. */
  stop(): Promise<void>;
  /** Starts sshd again on the same port; ends it first where it still runs. */
  restart(): Promise<void>;
  /** Ends all that runs on the server and removes its files and its account. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts a server; to be held with `await using`, which ends it with all that is left of it.
 *
 * @throws Error where the machine lacks what the options ask for (see `have-or-skip.ts`)
 */
export const startLab = async (options: LabOptions = {}): Promise<Lab> => {
  const { mounts = [] } = options;
  const name = options.account === undefined ? null : accountName();
  const directory = await makeLabDirectory(mounts.length > 0 ? 'mounted' : 'plain', name);
  const undo: (() => Promise<void>)[] = [() => removeLab(directory, name)];
  const dispose = async () => {
    for (let step = undo.pop(); step !== undefined; step = undo.pop()) await step();
  };
  try {
    return await buildLab({ options, directory, name, undo, dispose });
  } catch (error) {
    await dispose();
    throw error;
  }
};

interface LabBuild {
  readonly options: LabOptions;
  readonly directory: string;
  /** Of the throwaway account, null for the current user. */
  readonly name: string | null;
  /** Each step that makes something lasting adds here what removes it. */
  readonly undo: (() => Promise<void>)[];
  readonly dispose: () => Promise<void>;
}

const buildLab = async (build: LabBuild): Promise<Lab> => {
  const { options, directory, name, undo, dispose } = build;
  const { alias = 'lab' } = options;
  const jump = await resolveJump(options, undo);
  const account = await resolveAccount(options, directory, name);
  await fillHome(account, directory, options);
  await makeKeys(directory, options.keyPassphrase ?? '');
  if (options.banner !== undefined) await writeFile(join(directory, BANNER_FILE), options.banner);

  const server = await serve(options, directory, account.home);
  undo.push(() => server.stop());
  const relay = options.relay && (await startRelay(server.port, options.relay));
  if (relay !== undefined) undo.push(() => relay.close());

  const port = relay?.port ?? server.port;
  await writeKnownHosts(directory, port, options.knownHosts ?? 'known');
  const configFile = join(directory, 'ssh_config');
  const lines = options.clientConfig ?? [];
  const config = clientConfig({ alias, directory, port, user: account.name, jump, lines });
  await writeFile(configFile, config);

  return {
    alias,
    configFile,
    port,
    directory,
    user: account.name,
    uid: account.uid,
    home: account.home,
    relay,
    jump,
    marker: labMarker(directory),
    sshdLog: server.log,
    connections: server.connections,
    stop: server.stop,
    restart: server.restart,
    [Symbol.asyncDispose]: dispose,
  };
};

const resolveJump = async (
  { alias = 'lab', jump }: LabOptions,
  undo: LabBuild['undo'],
): Promise<Lab | undefined> => {
  if (jump === undefined || 'configFile' in jump) return jump;
  const lab = await startLab({ alias: `${alias}-jump`, ...jump });
  undo.push(() => lab[Symbol.asyncDispose]());
  return lab;
};

const resolveAccount = async (
  { account, home = 'private' }: LabOptions,
  directory: string,
  name: string | null,
): Promise<LoginAccount> => {
  if (account !== undefined && name !== null) return await addAccount(name, directory, account);
  const { username, uid, gid, homedir } = userInfo();
  return { name: username, uid, gid, home: home === 'real' ? homedir : join(directory, 'home') };
};

const fillHome = async (
  { home, uid, gid }: LoginAccount,
  directory: string,
  { homeFiles = {} }: LabOptions,
): Promise<void> => {
  // The current user's real home is not ours to change.
  if (dirname(home) !== directory) return;
  await mkdir(home, { mode: 0o700 });
  for (const [name, text] of Object.entries(homeFiles)) {
    const path = join(home, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text, { mode: 0o755 });
  }
  if (uid !== process.getuid?.()) {
    await runOrThrow({ file: 'chown', args: ['-R', `${uid}:${gid}`, home] });
  }
};
