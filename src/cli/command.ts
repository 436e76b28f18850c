import { parseArgs } from 'node:util';
import { PortholeError } from '../core/errors.ts';
import { nearest, singleLine } from '../core/text.ts';
import type { CliEnvironment } from './environment.ts';
import type { CommandWords, FlagDef, PositionalDef } from './words.ts';

type FlagValue<D extends FlagDef> = D['type'] extends 'boolean'
  ? boolean
  : D['type'] extends 'list'
    ? readonly string[]
    : string | undefined;

/** The words of one call, checked and typed. */
export interface CommandInput<D extends CommandWords> {
  readonly flags: { readonly [K in keyof D['flags']]: FlagValue<D['flags'][K]> };
  readonly words: {
    readonly [K in keyof D['positionals']]: D['positionals'][K] extends PositionalDef
      ? D['positionals'][K]['presence'] extends 'required'
        ? string
        : string | undefined
      : never;
  };
  /** What follows `--`, for a command that takes it; undefined without. */
  readonly rest: readonly string[] | undefined;
}

/** Carries out a command. */
export type CommandRun<D extends CommandWords> = (
  cli: CliEnvironment,
  input: CommandInput<D>,
) => Promise<void>;

/**
 * Parses the words of a command.
 *
 * @throws PortholeError `usage`
 */
export const parseWords = <D extends CommandWords>(
  def: D,
  rawArgs: readonly string[],
): CommandInput<D> => {
  const { own, rest } = splitRest(def, rawArgs);
  const parsed = parseStrictly(def, own);
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
  return { flags, words, rest } as CommandInput<D>;
};

/**
 * The words of the command itself, and those of the one that follows `--`. Where none of the former has
 * been named before it, a `--` ends the options, as everywhere: `porthole open -- HOST`.
 */
const splitRest = (def: CommandWords, rawArgs: readonly string[]) => {
  const first = def.rest === undefined ? -1 : rawArgs.indexOf('--');
  const endsOptions =
    first !== -1 && parseStrictly(def, rawArgs.slice(0, first)).positionals.length === 0;
  const end = endsOptions ? rawArgs.indexOf('--', first + 1) : first;
  if (end === -1) return { own: rawArgs, rest: undefined };
  const rest = rawArgs.slice(end + 1);
  if (rest.length === 0) throw usage(def.name, `nothing follows "--"`);
  return { own: rawArgs.slice(0, end), rest };
};

const parseStrictly = (def: CommandWords, rawArgs: readonly string[]) => {
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
    const hint = near === undefined ? '' : `; the nearest is ${near}`;
    throw usage(def.name, `there is no option ${singleLine(unknown)}${hint}`);
  }
};

const usage = (command: string, problem: string): PortholeError =>
  new PortholeError({
    code: 'usage',
    message: `Cannot run "porthole ${command}": ${problem.replace(/[.?]+$/, '')}.`,
    hint: `See: porthole ${command} --help`,
  });
