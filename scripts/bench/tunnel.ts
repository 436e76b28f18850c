import { createInterface } from 'node:readline';
import type { Lab } from '../../test/lab/lab.ts';
import { descendantsOf, listProcesses, processesWith } from '../../test/lab/processes.ts';
import { labRunner } from '../../test/lab/run.ts';

/** A tunnel of plain ssh, as a person would make it. */
export interface Tunnel {
  readonly socketPath: string;
  close(): Promise<void>;
}

export interface TunnelInput {
  readonly lab: Pick<Lab, 'alias' | 'configFile'>;
  /** Socket on the server. */
  readonly remote: string;
  /** Socket to be made here. */
  readonly local: string;
  /** More arguments of ssh, such as `-C`. */
  readonly args?: readonly string[];
}

/** `ssh -L` on a connection of its own; resolves when it is there. */
export const openTunnel = async (input: TunnelInput): Promise<Tunnel> => {
  const { lab, remote, local, args = [] } = input;
  const ssh = labRunner.start({
    file: 'ssh',
    args: [
      ...args,
      ...['-F', lab.configFile, '-o', 'ControlMaster=no', '-L', `${local}:${remote}`],
      ...[lab.alias, 'echo there; exec cat'],
    ],
  });
  for await (const line of createInterface({ input: ssh.stdout })) {
    if (line === 'there') return { socketPath: local, close: ssh.terminate };
  }
  throw new Error(`No tunnel by hand:\n${ssh.stderr.text()}`);
};

/** Socket of the only viewer that runs on a lab's server, as its watchdog tells the viewer. */
export const viewerSocketOf = async (lab: Pick<Lab, 'marker'>): Promise<string> => {
  const all = await listProcesses();
  const own = (await processesWith(lab.marker)).filter(isAgent);
  // A viewer's environment has nothing of the login's that says PORTHOLE: it is known by its parent.
  const entries = own
    .flatMap(({ pid }) => descendantsOf(pid, all))
    .flatMap(({ environment }) => environment);
  const name = 'PORTHOLE_SESSION_DIRECTORY=';
  const found = entries.find((entry) => entry.startsWith(name));
  if (found === undefined) throw new Error('No viewer runs on the server.');
  return `${found.slice(name.length)}/viewer.sock`;
};

/** Pids of what porthole consists of while a session is open. */
export interface OwnProcesses {
  /** The hub and its ssh processes. */
  readonly here: readonly number[];
  /** Agents and watchdogs; not the viewers, nor sshd. */
  readonly there: readonly number[];
}

export const ownProcesses = async (
  hub: number,
  lab: Pick<Lab, 'marker'>,
): Promise<OwnProcesses> => {
  const all = await listProcesses();
  const there = (await processesWith(lab.marker)).filter(isAgent);
  if (there.length < 2) throw new Error('No agent and watchdog run on the server.');
  const here = [hub, ...descendantsOf(hub, all).map(({ pid }) => pid)];
  return { here, there: there.map(({ pid }) => pid) };
};

/** Agent and watchdog are one program, told by the flags that only it is started with. */
const isAgent = ({ args }: { readonly args: readonly string[] }): boolean =>
  ['-I', '-S', '-B', '-u'].every((flag) => args.includes(flag)) && !args.includes('sh');
