import { describe, expect, test } from 'vitest';
import { bashReplacement, readBashLine } from '../../../src/cli/completion/bash-line.ts';

/** What bash has by default. */
const BREAKS = ' \t\n"\'@><=;|&(:';
const read = (line: string) => readBashLine(line, BREAKS);

describe('a command line of bash', () => {
  test.each([
    ['porthole ', ['porthole'], '', ''],
    ['porthole st', ['porthole'], 'st', ''],
    ['porthole  a\\ b "c d" e', ['porthole', 'a b', 'c d'], 'e', ''],
    ['porthole --env=py', ['porthole'], '--env=py', '--env='],
    ['porthole ada@bo', ['porthole'], 'ada@bo', 'ada'],
    ['porthole "it\'s', ['porthole'], "it's", ''],
    ["porthole 'a\\b", ['porthole'], 'a\\b', ''],
    ['porthole "a\\"b" c', ['porthole', 'a"b'], 'c', ''],
    ['porthole trailing\\', ['porthole'], 'trailing', ''],
  ])('%j has its words before the cursor, and the one at it', (line, before, current, kept) => {
    expect(read(line)).toMatchObject({ before, current, kept });
  });

  test('knows that its cursor stands in quotes', () => {
    expect(read('porthole "a b').quoting).toBe('quoted');
    expect(read('porthole "a b"').quoting).toBe('none');
  });
});

describe('what bash puts in', () => {
  test('is the part that it replaces, quoted', () => {
    expect(bashReplacement('--env=a b', read('porthole --env='))).toBe('a\\ b');
    expect(bashReplacement('ada@box', read('porthole ada@b'))).toBe('@box');
    expect(bashReplacement('$(x)`y`;~', read('porthole '))).toBe('\\$\\(x\\)\\`y\\`\\;\\~');
    expect(bashReplacement('größe', read('porthole gr'))).toBe('größe');
  });

  test('is nothing that does not begin with what is typed', () => {
    expect(bashReplacement('stop', read('porthole x'))).toBeUndefined();
  });

  test('is in quotes only what needs none', () => {
    expect(bashReplacement('plain', read('porthole "pl'))).toBe('plain');
    expect(bashReplacement('pl$(x)', read('porthole "pl'))).toBeUndefined();
  });
});
