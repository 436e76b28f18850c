import { singleLine } from '../../core/text.ts';
import { isConfidential } from '../../ssh/resolve-host.ts';
import type { SshTarget } from '../../ssh/target.ts';

/** Stands where something was that does not belong into a bug tracker. */
export const HIDDEN = '(hidden)';

/** Too short to be told from ordinary words. */
const MIN_LENGTH = 4;

/** The same target with what may hold a secret taken out, to be shown. */
export const concealTarget = (target: SshTarget): SshTarget => ({
  ...target,
  host: withoutPassword(target.host),
  ...(target.options === undefined ? {} : { options: target.options.map(concealOption) }),
});

/** Values of the target's own options, and a password that was typed into the host, that may be secret. */
export const confidentialIn = ({ host, options = [] }: SshTarget): readonly string[] => {
  const password = /^[^@:]+:(.+)@/.exec(host)?.[1];
  const values = options.flatMap((option) => {
    const { name, value } = partsOf(option);
    return isConfidential(name) ? [value] : [];
  });
  return password === undefined ? values : [password, ...values];
};

/** A function that takes these values out of a text, also as a shell would have them quoted. */
export const createConcealer = (values: readonly string[]): ((text: string) => string) => {
  const forms = values
    .flatMap((value) => [value, singleLine(value)])
    .flatMap((value) => [value, value.replaceAll("'", `'\\''`)])
    .filter((value) => value.length >= MIN_LENGTH)
    .toSorted((a, b) => b.length - a.length);
  return (text) => forms.reduce((left, value) => left.replaceAll(value, HIDDEN), text);
};

const concealOption = (option: string): string => {
  const { name } = partsOf(option);
  return isConfidential(name) ? `${name}=${HIDDEN}` : option;
};

/** `Name=value`, `Name value`, `Name = "value"`. */
const partsOf = (option: string): { name: string; value: string } => {
  const [, name = '', value = ''] = /^\s*([^\s=]*)\s*=?\s*(.*)$/s.exec(option) ?? [];
  return { name, value: value.replace(/^"(.*)"$/s, '$1') };
};

const withoutPassword = (host: string): string => host.replace(/^([^@:]+):.+@/, `$1:${HIDDEN}@`);
