import { signal } from '@preact/signals';
import type { Host, Resolved } from '../../../hub/api/contract.ts';
import { call } from '../api/call.ts';

/** What the Connect field knows. */
export const hosts = signal<readonly Host[]>([]);

/** Why the ssh config could not be read; null where it could. */
export const hostsProblem = signal<string | null>(null);

/** What `ssh -G` makes of hosts, as far as it was asked. */
export const resolvedHosts = signal<ReadonlyMap<string, Resolved>>(new Map());

/** Reads the hosts anew: the ssh config may have changed, and what is resolved with it. */
export const loadHosts = async (): Promise<void> => {
  try {
    const list = await call('GET /api/hosts');
    hosts.value = list.hosts;
    hostsProblem.value = list.problem;
    resolvedHosts.value = new Map();
    asked.clear();
  } catch {
    // The hub is gone: the page says so, and what was known stays.
  }
};

/** Asked already, whatever came of it: a host that ssh cannot resolve is not asked about again. */
const asked = new Set<string>();
let isAsking = false;
let wanted: readonly string[] = [];

/** Asks what ssh makes of these, one after the other: each is a process. Newer wishes go first. */
export const wantResolved = (names: readonly string[]): void => {
  wanted = names;
  if (!isAsking) void askNext();
};

const askNext = async (): Promise<void> => {
  const host = wanted.find((name) => !asked.has(name));
  isAsking = host !== undefined;
  if (host === undefined) return;
  asked.add(host);
  try {
    const target = { kind: 'ssh', host, port: null, user: null, auth: { kind: 'config' } } as const;
    const resolved = await call('POST /api/hosts/resolve', { body: { target } });
    resolvedHosts.value = new Map(resolvedHosts.peek()).set(host, resolved);
  } catch {
    // ssh says what is wrong with it once somebody connects.
  }
  void askNext();
};
