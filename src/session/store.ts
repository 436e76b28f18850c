import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { writeFileAtomically } from '../core/atomic-file.ts';
import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/logger.ts';
import { ENVIRONMENT_KINDS } from '../remote/protocol.ts';
import type { Plan } from './plan.ts';
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
}: Plan): RememberedChoice => ({
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
  const file = join(directory, STORE_FILE);
  let loaded: Promise<{ stored: Stored; access: 'write' | 'read-only' }> | undefined;
  let lastWrite: Promise<void> = Promise.resolve();

  const load = () => {
    loaded ??= loadStored(file, clock, logger);
    return loaded;
  };

  const update = async (change: (stored: Stored) => void): Promise<void> => {
    const { stored, access } = await load();
    change(stored);
    if (access === 'read-only') return;
    // One write at a time, each with all changes so far.
    lastWrite = lastWrite.then(async () => {
      try {
        await writeFileAtomically(file, `${JSON.stringify(stored, undefined, 2)}\n`);
      } catch (error) {
        logger.warn(`Cannot remember this choice: ${(error as Error).message}`);
      }
    });
    await lastWrite;
  };

  return {
    host: async (key) => ownHost((await load()).stored, key),
    rememberHost: (key, facts) =>
      update((stored) => {
        const known = ownHost(stored, key) ?? {
          localPorts: {},
          environments: [],
          writeNoticesSaid: [],
        };
        const localPorts = { ...known.localPorts, ...facts.localPorts };
        stored.hosts[key] = { ...known, ...facts, localPorts, lastUsedAt: clock.wallMs() };
        forgetOldest(stored);
      }),
    portOwners: async () => ({ ...(await load()).stored.portOwners }),
    rememberPortOwner: (port, owner) =>
      update((stored) => {
        stored.portOwners[String(port)] = owner;
      }),
    hosts: async () => byLastUse((await load()).stored),
  };
};

const loadStored = async (file: string, clock: Clock, logger: Logger) => {
  const empty: Stored = { version: STORE_VERSION, hosts: {}, portOwners: {} };
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      logger.warn(`Cannot read ${file}: ${(error as Error).message}`);
      return { stored: empty, access: 'read-only' as const };
    }
    return { stored: empty, access: 'write' as const };
  }
  const parsed = parseStored(text);
  if (parsed.kind === 'ok') return { stored: parsed.stored, access: 'write' as const };
  if (parsed.kind === 'newer') {
    logger.warn(`${file} was written by a newer porthole; it is left as it is, and not used.`);
    return { stored: empty, access: 'read-only' as const };
  }
  const aside = `${file}.damaged-${new Date(clock.wallMs()).toISOString().replaceAll(':', '')}`;
  try {
    await rename(file, aside);
  } catch (error) {
    logger.warn(`${file} is damaged, and cannot be put aside: ${(error as Error).message}`);
    return { stored: empty, access: 'read-only' as const };
  }
  logger.warn(`${file} is damaged; it is kept as ${aside}, and porthole starts afresh.`);
  return { stored: empty, access: 'write' as const };
};

const parseStored = (
  text: string,
): { kind: 'ok'; stored: Stored } | { kind: 'newer' } | { kind: 'damaged' } => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: 'damaged' };
  }
  const stored = storeSchema.safeParse(value);
  if (stored.success) return { kind: 'ok', stored: stored.data };
  const version = z.object({ version: z.number().gt(STORE_VERSION) }).safeParse(value);
  return { kind: version.success ? 'newer' : 'damaged' };
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
