import { describe, expect, test } from 'vitest';
import { CATALOGUE, type CommandName } from '../../src/cli/catalogue.ts';
import { parseWords } from '../../src/cli/command.ts';
import { helpOf, overview } from '../../src/cli/help.ts';
import { createStyle } from '../../src/cli/style.ts';
import type { CommandWords } from '../../src/cli/words.ts';
import { PortholeError } from '../../src/core/errors.ts';

const layout = { width: 80, style: createStyle({}, {}) };
const commands = Object.entries(CATALOGUE) as readonly [CommandName, CommandWords][];

const longest = (text: string) => Math.max(...text.split('\n').map((line) => line.length));

describe('porthole --help', () => {
  test('shows every command, within 80 columns, on one screen', () => {
    const text = overview('1.2.3', layout);
    for (const [name, { summary }] of commands) {
      expect(text).toContain(`porthole ${name}`);
      expect(text).toContain(summary);
    }
    expect(longest(text)).toBeLessThanOrEqual(80);
    expect(text.split('\n').length).toBeLessThanOrEqual(40);
    expect(text.indexOf('Examples')).toBeLessThan(text.indexOf('porthole open HOST'));
  });
});

describe.each(commands)('porthole %s --help', (_, words) => {
  const text = helpOf(words, layout);

  test('shows every word and option, within 80 columns', () => {
    for (const name of Object.keys(words.flags)) expect(text).toContain(`--${name}`);
    for (const name of Object.keys(words.positionals)) expect(text).toContain(name.toUpperCase());
    expect(longest(text)).toBeLessThanOrEqual(80);
  });

  test('has examples that can be run', () => {
    const calls = words.examples.flatMap((line) => /porthole (.*)/.exec(line)?.[1] ?? []);
    expect(calls.length).toBeGreaterThan(0);
    for (const call of calls) {
      const [first = '', ...rest] = call
        .replace(/[)>#].*/, '')
        .trim()
        .split(/\s+/);
      const own = first === words.name ? rest : [first, ...rest];
      expect(() => parseWords(words, own)).not.toThrow();
    }
  });

  test('uses each letter once', () => {
    const letters = Object.values(words.flags).flatMap(({ short }) => short ?? []);
    expect(new Set(letters).size).toBe(letters.length);
  });
});

describe('words that are wrong', () => {
  const failure = (words: readonly string[]): PortholeError => {
    try {
      parseWords(CATALOGUE.open, words);
    } catch (error) {
      if (error instanceof PortholeError) return error;
    }
    throw new Error('Nothing was refused.');
  };

  test.each([
    [['gpu', '--detatch'], 'there is no option --detatch; the nearest is --detach'],
    [['gpu', '--enviroment=x'], 'there is no option --enviroment'],
    [['gpu', '-x'], 'there is no option -x'],
    [['gpu', 'other'], 'there is no place for "other"'],
    [[], 'HOST is missing'],
    [['gpu', '--port'], '--port'],
    [['gpu', '--json=yes'], '--json'],
    [['gpu', '--\u001b[31m'], 'there is no option --\u241b[31m'],
  ])('%j are refused: %s', (words, message) => {
    const error = failure(words);
    expect([error.code, error.hint]).toEqual(['usage', 'See: porthole open --help']);
    expect(error.message).toContain(message);
  });
});
