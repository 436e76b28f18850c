import { parseArgs } from 'node:util';
import { type ArgsDef, type CommandDef, defineCommand } from 'citty';
import { PortholeError } from '../core/errors.ts';
import { nearest, singleLine } from '../core/text.ts';

/** One flag of a command. */
export interface FlagDef {
  readonly type: 'boolean' | 'string' | 'list';
  readonly description: string;
  /** One letter: `-p`. */
  readonly short?: string;
  /** Placeholder of the value in the help text. */
  readonly value?: string;
}

/** One word of a command, by position. */
export interface PositionalDef {
  readonly description: string;
  readonly presence: 'required' | 'optional';
}

/** A command of porthole, as data. */
export interface CliCommandDef<
  F extends Record<string, FlagDef>,
  P extends Record<string, PositionalDef>,
> {
  readonly name: string;
  readonly description: string;
  readonly positionals: P;
  readonly flags: F;
  readonly run: (input: CliInput<F, P>) => Promise<void>;
}

type FlagValue<D extends FlagDef> = D['type'] extends 'boolean'
  ? boolean
  : D['type'] extends 'list'
    ? readonly string[]
    : string | undefined;

/** The words of one call, checked and typed. */
export interface CliInput<
  F extends Record<string, FlagDef>,
  P extends Record<string, PositionalDef>,
> {
  readonly flags: { readonly [K in keyof F]: FlagValue<F[K]> };
  readonly words: {
    readonly [K in keyof P]: P[K]['presence'] extends 'required' ? string : string | undefined;
  };
}

/**
 * A citty command (lazy loading and help texts) whose words are parsed strictly by node:util:
 * citty itself lets unknown flags pass and keeps only the last of repeated ones.
 */
export const defineCliCommand = <
  const F extends Record<string, FlagDef>,
  const P extends Record<string, PositionalDef>,
>(
  def: CliCommandDef<F, P>,
): CommandDef<ArgsDef> =>
  defineCommand<ArgsDef>({
    meta: { name: `porthole ${def.name}`, description: def.description },
    args: { ...cittyPositionals(def.positionals), ...cittyFlags(def.flags) },
    run: ({ rawArgs }) => def.run(parseWords(def, rawArgs)),
  });

/**
 * Parses the words of a command.
 *
 * @throws PortholeError `usage`
 */
export const parseWords = <
  F extends Record<string, FlagDef>,
  P extends Record<string, PositionalDef>,
>(
  def: Pick<CliCommandDef<F, P>, 'name' | 'flags' | 'positionals'>,
  rawArgs: readonly string[],
): CliInput<F, P> => {
  const parsed = parseStrictly(def, rawArgs);
  const flags = Object.fromEntries(
    Object.entries(def.flags).map(([name, { type }]) => {
      const empty = { boolean: false, list: [], string: undefined }[type];
      return [name, parsed.values[name] ?? empty];
    }),
  );
  const names = Object.keys(def.positionals);
  const [surplus] = parsed.positionals.slice(names.length);
  if (surplus !== undefined)
    throw usage(def.name, `there is no place for "${singleLine(surplus)}"`);
  const words = Object.fromEntries(names.map((name, i) => [name, parsed.positionals[i]]));
  for (const [name, { presence }] of Object.entries(def.positionals)) {
    if (presence === 'required' && words[name] === undefined) {
      throw usage(def.name, `${name.toUpperCase()} is missing`);
    }
  }
  // Shaped by the definitions that the types are derived from.
  return { flags, words } as CliInput<F, P>;
};

const parseStrictly = (
  def: { readonly name: string; readonly flags: Readonly<Record<string, FlagDef>> },
  rawArgs: readonly string[],
) => {
  try {
    return parseArgs({
      args: [...rawArgs],
      allowPositionals: true,
      strict: true,
      options: Object.fromEntries(
        Object.entries(def.flags).map(([name, { type, short }]) => [
          name,
          {
            type: type === 'boolean' ? ('boolean' as const) : ('string' as const),
            multiple: type === 'list',
            ...(short === undefined ? {} : { short }),
          },
        ]),
      ),
    });
  } catch (error) {
    const unknown = /Unknown option '(-[^']*)'/.exec((error as Error).message)?.[1];
    if (unknown === undefined) throw usage(def.name, singleLine((error as Error).message));
    const flags = Object.keys(def.flags).map((name) => `--${name}`);
    const near = nearest(unknown, flags);
    throw usage(
      def.name,
      `there is no option ${singleLine(unknown)}${near === undefined ? '' : `; did you mean ${near}?`}`,
    );
  }
};

const usage = (command: string, problem: string): PortholeError =>
  new PortholeError({
    code: 'usage',
    message: `Cannot run "porthole ${command}": ${problem.replace(/\.+$/, '')}.`,
    hint: `See: porthole ${command} --help`,
  });

const cittyPositionals = (positionals: Readonly<Record<string, PositionalDef>>): ArgsDef =>
  Object.fromEntries(
    Object.entries(positionals).map(([name, { description, presence }]) => [
      name,
      { type: 'positional' as const, description, required: presence === 'required' },
    ]),
  );

const cittyFlags = (flags: Readonly<Record<string, FlagDef>>): ArgsDef =>
  Object.fromEntries(
    Object.entries(flags).map(([name, { type, description, short, value }]) => [
      name,
      {
        type: type === 'boolean' ? ('boolean' as const) : ('string' as const),
        description,
        ...(short === undefined ? {} : { alias: short }),
        ...(value === undefined ? {} : { valueHint: value }),
      },
    ]),
  );
