import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Name of the store's file in the state directory. */
export const STORE_FILE = 'hosts.json';

/** What the store knows of a host, for shell completion. */
export interface RememberedNames {
  /** As it was typed. */
  readonly host: string;
  /** Whether it was opened with ssh options that its name alone does not bring. */
  readonly way: 'name-alone' | 'with-options';
  readonly environments: readonly string[];
  readonly storages: readonly string[];
}

/** No store that porthole writes comes near it. */
const MAX_BYTES = 8 * 1024 * 1024;

/**
 * The names in the store, that used last first; nothing where it is missing, damaged or of another
 * version. Checked by hand: loading the schemas would take longer than the shell likes to wait.
 */
export const readRememberedNames = async (
  stateDirectory: string,
): Promise<readonly RememberedNames[]> => {
  const stored = await readJson(join(stateDirectory, STORE_FILE));
  return Object.entries(objectOf(objectOf(stored).hosts))
    .map(([key, value]) => ({ ...hostOf(key), facts: objectOf(value) }))
    .sort((a, b) => Number(b.facts.lastUsedAt) - Number(a.facts.lastUsedAt))
    .map(({ host, way, facts }) => ({
      host,
      way,
      environments: textsOf(facts.environments),
      storages: textsOf([objectOf(facts.choice).storage]),
    }));
};

/** A key of the store is a host's name, or a JSON list that begins with it (`targetKey`). */
const hostOf = (key: string): Pick<RememberedNames, 'host' | 'way'> => {
  if (!key.startsWith('[')) return { host: key, way: 'name-alone' };
  try {
    const [host] = textsOf(JSON.parse(key));
    return { host: host ?? '', way: 'with-options' };
  } catch {
    return { host: '', way: 'with-options' };
  }
};

const readJson = async (path: string): Promise<unknown> => {
  try {
    const text = await readFile(path, 'utf8');
    return text.length > MAX_BYTES ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
};

const objectOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

const textsOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
