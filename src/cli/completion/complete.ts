import { neutralizeControls } from '../../core/text.ts';
import { CATALOGUE, commandNamed } from '../catalogue.ts';
import type { CommandWords, FlagDef, Suggestion } from '../words.ts';

/** A word that may come next. */
export interface Candidate {
  readonly value: string;
  /** Empty where there is nothing to say. */
  readonly description: string;
}

/** What may come next; files are the shell's own business. */
export type Completion =
  | { readonly kind: 'words'; readonly candidates: readonly Candidate[] }
  | { readonly kind: 'files' };

/** What is typed already, as far as it decides what may come. */
export interface TypedContext {
  /** The first word by position. */
  readonly subject: string | undefined;
  /** Value of `-F`. */
  readonly configFile: string | undefined;
}

/** Looks up names for a kind of word. */
export type Lookup = (
  what: Exclude<Suggestion, 'local-file'>,
  typed: TypedContext,
) => Promise<readonly Candidate[]>;

/** A list longer than this helps nobody. */
const MAX_CANDIDATES = 1000;
const MAX_LENGTH = 300;

/** What may stand at the cursor, after the words `before`. */
export const complete = async (
  before: readonly string[],
  current: string,
  lookup: Lookup,
): Promise<Completion> => {
  const [first, ...rest] = before;
  const name = commandNamed(first ?? '');
  const words: CommandWords = CATALOGUE[name ?? 'open'];
  const typed = readTyped(words, name === undefined ? before : rest);

  // The words of a command that runs on the server.
  if (words.rest !== undefined && typed.flagsEnded) return asWords([]);
  if (typed.pending !== undefined) return suggest(typed.pending.suggest, typed, '', lookup);
  const [, lead, flag = ''] = /^(--([^=]+)=)/.exec(current) ?? [];
  if (lead !== undefined) return suggest(words.flags[flag]?.suggest, typed, lead, lookup);
  if (current.startsWith('-') && !typed.flagsEnded) {
    return asWords([...flagsOf(words, typed), ...(first === undefined ? [VERSION] : [])]);
  }
  const next = Object.values(words.positionals)[typed.positionals.length];
  if (first === undefined) return asWords([...commands(), ...(await lookup('host', typed))]);
  if (next !== undefined) return suggest(next.suggest, typed, '', lookup);
  return asWords(typed.flagsEnded ? [] : flagsOf(words, typed));
};

interface Typed extends TypedContext {
  readonly positionals: readonly string[];
  readonly used: ReadonlySet<string>;
  /** The flag whose value comes next. */
  readonly pending: FlagDef | undefined;
  /** After `--`. */
  readonly flagsEnded: boolean;
}

const readTyped = (words: CommandWords, typed: readonly string[]): Typed => {
  const positionals: string[] = [];
  const used = new Set<string>();
  let configFile: string | undefined;
  let pending: readonly [name: string, flag: FlagDef] | undefined;
  let flagsEnded = false;
  for (const word of typed) {
    if (pending !== undefined) {
      if (pending[0] === 'config') configFile = word;
      pending = undefined;
    } else if (flagsEnded || !/^-./.test(word)) positionals.push(word);
    else if (word === '--') flagsEnded = true;
    else {
      const found = flagIn(words, word);
      if (found === undefined) continue;
      used.add(found.name);
      if (found.value === undefined) pending = [found.name, found.flag];
      else if (found.name === 'config') configFile = found.value;
    }
  }
  const [subject] = positionals;
  return { subject, configFile, positionals, used, pending: pending?.[1], flagsEnded };
};

/** The flag of a word, with its value where that is in the same word or none is needed. */
const flagIn = (words: CommandWords, word: string) => {
  const [long = '', ...values] = word.split('=');
  const [name, flag] = word.startsWith('--')
    ? [long.slice(2), words.flags[long.slice(2)]]
    : (Object.entries(words.flags).find(([, { short }]) => short === word[1]) ?? ['', undefined]);
  if (flag === undefined) return undefined;
  const glued = word.startsWith('--') ? values.join('=') : word.slice(2);
  const isWhole = flag.type === 'boolean' || glued !== '';
  return { name, flag, value: isWhole ? glued : undefined };
};

const suggest = async (
  what: Suggestion | undefined,
  typed: TypedContext,
  lead: string,
  lookup: Lookup,
): Promise<Completion> => {
  if (what === undefined) return asWords([]);
  if (what === 'local-file') return { kind: 'files' };
  const found = await lookup(what, typed);
  return asWords(found.map((one) => ({ ...one, value: lead + one.value })));
};

const commands = (): readonly Candidate[] =>
  Object.values(CATALOGUE).map(({ name, summary }) => ({ value: name, description: summary }));

const VERSION: Candidate = { value: '--version', description: 'print the version' };

const flagsOf = (words: CommandWords, { used }: Typed): readonly Candidate[] => [
  ...Object.entries(words.flags)
    .filter(([name, { type }]) => type === 'list' || !used.has(name))
    .map(([name, { description }]) => ({ value: `--${name}`, description })),
  { value: '--help', description: 'show all of this' },
];

/** Names come from servers and files: what could not be typed as one word is left out. */
const asWords = (found: readonly Candidate[]): Completion => {
  const known = new Set<string>();
  const candidates = found.filter(({ value }) => {
    const isNew = !known.has(value);
    known.add(value);
    return isNew && isOneWord(value);
  });
  return { kind: 'words', candidates: candidates.slice(0, MAX_CANDIDATES) };
};

const isOneWord = (text: string): boolean =>
  text !== '' &&
  text.length <= MAX_LENGTH &&
  !/[\n\t]/.test(text) &&
  neutralizeControls(text) === text;
