import { PortholeError } from '../../../core/errors.ts';
import { HERE } from '../../../remote/here.ts';
import type { Store } from '../../../session/store.ts';
import { type Alias, listAliases } from '../../../ssh/aliases.ts';
import type { Host } from '../../api/schema/local.ts';
import type { Saved } from '../../api/schema/saved.ts';
import { iso } from '../session-dto.ts';
import { targetOfKey } from './target-of-key.ts';

export interface HostListInput {
  readonly home: string;
  readonly store: Store;
  readonly saved: readonly Saved[];
}

const MAX_RECENT = 50;

/** Hosts for the Connect field: saved ones first, then those used last, then the ssh config's. */
export const listHosts = async ({ home, store, saved }: HostListInput) => {
  const { aliases, problem } = await aliasesOf(home);
  const recent = await store.recentHosts();
  return { hosts: mergeHosts({ aliases, recent: recent.slice(0, MAX_RECENT), saved }), problem };
};

interface Merged {
  readonly aliases: readonly Alias[];
  readonly recent: readonly { readonly key: string; readonly lastUsedAt: number }[];
  readonly saved: readonly Saved[];
}

/** Each host once, with all that is known of it. Pure. */
export const mergeHosts = ({ aliases, recent, saved }: Merged): Host[] => {
  const found = new Map<string, Host>();
  const note = (host: string, facts: Partial<Host>) => {
    const known = found.get(host) ?? {
      host,
      alias: null,
      lastUsedAt: null,
      saved: [],
      target: null,
    };
    found.set(host, { ...known, ...facts, saved: [...known.saved, ...(facts.saved ?? [])] });
  };
  for (const { saved: id, target } of saved) {
    if (target.kind === 'ssh') note(target.host, { saved: [id] });
  }
  for (const { key, lastUsedAt } of recent) {
    const { host, target } = targetOfKey(key);
    // The last time counts, however the host was reached then.
    if (host === HERE.host || host === '' || found.get(host)?.lastUsedAt) continue;
    note(host, { lastUsedAt: iso(lastUsedAt), target });
  }
  for (const { alias, file, line } of aliases) note(alias, { alias: { file, line } });
  return [...found.values()];
};

const aliasesOf = async (home: string) => {
  try {
    return { aliases: await listAliases({ home }), problem: null };
  } catch (error) {
    if (!(error instanceof PortholeError)) throw error;
    return { aliases: [], problem: error.message };
  }
};
