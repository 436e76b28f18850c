/** What the shell can suggest for a word. */
export type Suggestion =
  | 'host'
  | 'session'
  | 'environment'
  | 'storage'
  | 'viewer'
  | 'shell'
  | 'local-file';

/** One flag of a command. */
export interface FlagDef {
  readonly type: 'boolean' | 'string' | 'list';
  readonly description: string;
  /** One letter: `-p`. */
  readonly short?: string;
  /** Placeholder of the value in the help text. */
  readonly value?: string;
  /** What the value is. */
  readonly suggest?: Suggestion;
  /** Heading in the help text; `Options` unless told. */
  readonly group?: string;
}

/** One word of a command, by position. */
export interface PositionalDef {
  readonly description: string;
  readonly presence: 'required' | 'optional';
  readonly suggest?: Suggestion;
}

/** The words of a command, as data: what is parsed, helped with and completed. */
export interface CommandWords {
  readonly name: string;
  /** What comes after the name in the help text, where the positionals do not tell it. */
  readonly usage?: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** A sentence or two for its own help. */
  readonly description: string;
  /** As typed, the plainest first. */
  readonly examples: readonly string[];
  readonly positionals: Readonly<Record<string, PositionalDef>>;
  /** What may follow `--`, word by word; undefined where nothing may. */
  readonly rest?: { readonly name: string; readonly description: string };
  readonly flags: Readonly<Record<string, FlagDef>>;
}
