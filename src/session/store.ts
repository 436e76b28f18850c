import { join } from 'node:path';
import * as z from 'zod';
import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/logger.ts';
import { ENVIRONMENT_KINDS } from '../remote/protocol/probe.ts';
import { keepFile } from './kept-file.ts';
import type { LaunchPlan, Plan } from './plan.ts';
import { STORE_FILE } from './remembered-names.ts';

const STORE_VERSION = 1;
/** Hosts not used for the longest are forgotten beyond this many. */
const MAX_HOSTS = 500;

const choiceSchema = z.object({
  viewer: z.string(),
  viewerVersion: z.string(),
  /** null for a viewer that needs none. */
  environment: z
    .object({
      name: z.string(),
      kind: z.enum(ENVIRONMENT_KINDS),
      prefix: z.string(),
      python: z.string(),
    })
    .nullable(),
  storage: z.string(),
  /** The words of the user's own command, where the viewer is one. */
  command: z.array(z.string()).optional(),
});

const hostSchema = z.object({
  /** The interpreter that ran the agent last time. */
  agentPython: z.string().optional(),
  /** The server's directory in which those of sessions were the last time. */
  runtimeParent: z.string().optional(),
  /** What was opened last. */
  choice: choiceSchema.optional(),
  /** Local port by viewer and storage, so that the same view comes back to the same address. */
  localPorts: z.record(z.string(), z.number().int()).default({}),
  /** Names of the environments that the last probe found; for shell completion. */
  environments: z.array(z.string()).default([]),
  /** Viewers of which it was said here that they may write below the storage root. */
  writeNoticesSaid: z.array(z.string()).default([]),
  /** Its login has asked for a touch or a confirmation: it is not dialled unasked. */
  asksForTouch: z.boolean().optional(),
  lastUsedAt: z.number(),
});

const storeSchema = z.object({
  version: z.literal(STORE_VERSION),
  hosts: z.record(z.string(), hostSchema).default({}),
  /** Which host and viewer a local port last belonged to: browsers keep what an origin left. */
  portOwners: z.record(z.string(), z.string()).default({}),
});
type Stored = z.infer<typeof storeSchema>;

/** What is remembered of a host. */
export type RememberedHost = z.infer<typeof hostSchema>;
/** What was opened on a host the last time. */
export type RememberedChoice = z.infer<typeof choiceSchema>;

/** Key of a view within a host's remembered ports. */
export const portKeyOf = ({ viewer, storage }: Pick<Plan, 'viewer' | 'storage'>): string =>
  `${viewer.id} ${storage}${commandOf(viewer) === undefined ? '' : ` ${JSON.stringify(commandOf(viewer))}`}`;

/** What is remembered of a plan. */
export const choiceOf = ({
  viewer,
  viewerVersion,
  environment,
  storage,
}: LaunchPlan): RememberedChoice => ({
  viewer: viewer.id,
  viewerVersion,
  environment: environment && {
    name: environment.name,
    kind: environment.kind,
    prefix: environment.prefix,
    python: environment.python,
  },
  storage,
  ...(commandOf(viewer) === undefined ? {} : { command: [...(commandOf(viewer) ?? [])] }),
});

const commandOf = (viewer: Plan['viewer']): readonly string[] | undefined =>
  viewer.comes === 'in-environment' ? viewer.command : undefined;

/** Remembers choices between runs, per host; holds no secret. */
export interface Store {
  host(key: string): Promise<RememberedHost | undefined>;
  /** Merges into what is known of a host. */
  rememberHost(key: string, facts: Partial<Omit<RememberedHost, 'lastUsedAt'>>): Promise<void>;
  /** Whom local ports last belonged to, at this moment. */
  portOwners(): Promise<Readonly<Record<string, string>>>;
  rememberPortOwner(port: number, owner: string): Promise<void>;
  /** Every host known, the one used last first. */
  hosts(): Promise<readonly string[]>;
  /** The same, with the times. */
  recentHosts(): Promise<readonly { readonly key: string; readonly lastUsedAt: number }[]>;
}

export interface StoreInput {
  /** Directory of the state files. */
  readonly directory: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * The store in `<directory>/hosts.json`. A damaged file is kept aside under another name, said, and
 * started afresh; a file of a newer porthole is left alone: nothing is remembered then.
 */
export const createStore = ({ directory, clock, logger }: StoreInput): Store => {
  const file = keepFile<Stored>({
    path: join(directory, STORE_FILE),
    schema: storeSchema,
    empty: () => ({ version: STORE_VERSION, hosts: {}, portOwners: {} }),
    subject: 'this choice',
    clock,
    logger,
  });

  return {
    host: async (key) => ownHost(await file.read(), key),
    rememberHost: (key, facts) =>
      file.update((stored) => {
        const known = ownHost(stored, key) ?? {
          localPorts: {},
          environments: [],
          writeNoticesSaid: [],
        };
        const localPorts = { ...known.localPorts, ...facts.localPorts };
        stored.hosts[key] = { ...known, ...facts, localPorts, lastUsedAt: clock.wallMs() };
        forgetOldest(stored);
      }),
    portOwners: async () => ({ ...(await file.read()).portOwners }),
    rememberPortOwner: (port, owner) =>
      file.update((stored) => {
        stored.portOwners[String(port)] = owner;
      }),
    hosts: async () => byLastUse(await file.read()),
    recentHosts: async () => {
      const { hosts } = await file.read();
      const times = Object.entries(hosts).map(([key, { lastUsedAt }]) => ({ key, lastUsedAt }));
      return times.sort((a, b) => b.lastUsedAt - a.lastUsedAt);
    },
  };
};

/** A host may be called as something that every object has, e.g. `constructor`. */
const ownHost = ({ hosts }: Stored, key: string): RememberedHost | undefined =>
  Object.hasOwn(hosts, key) ? hosts[key] : undefined;

const byLastUse = (stored: Stored): string[] =>
  Object.entries(stored.hosts)
    .sort(([, a], [, b]) => b.lastUsedAt - a.lastUsedAt)
    .map(([key]) => key);

const forgetOldest = (stored: Stored): void => {
  for (const key of byLastUse(stored).slice(MAX_HOSTS)) delete stored.hosts[key];
};
