import widthOf from 'fast-string-width';
import { expect, test } from 'vitest';
import { type Column, cutTo, layOutTable } from '../../src/cli/table.ts';

type Row = readonly [name: string, version: string, path: string];
const COLUMNS: readonly Column<Row>[] = [
  { title: 'Name', cell: ([name]) => name, cut: 'end' },
  { title: 'Version', cell: ([, version]) => version, cut: 'never', presence: 'optional' },
  { title: 'Path', cell: ([, , path]) => path, cut: 'start' },
];
const lay = (width: number, ...rows: readonly Row[]) => layOutTable(rows, COLUMNS, width);

test('columns are as wide as their widest cell, and no line ends in spaces', () => {
  expect(lay(80, ['a', '1.0', '/x'], ['long-name', '', ''])).toEqual({
    header: 'Name       Version  Path',
    lines: ['a          1.0      /x', 'long-name'],
  });
});

test('what is too wide is taken from the widest, at the side that says less', () => {
  const { lines } = lay(36, ['an-environment-with-a-name', '0.6.0', '/data/projects/vision/.venv']);
  expect(lines).toEqual(['an-environm…  0.6.0    …vision/.venv']);
});

test('a column that may be left out goes before the others are cut to nothing', () => {
  const { header, lines } = lay(24, ['an-environment', '0.6.0', '/data/projects/.venv']);
  expect(header).toBe('Name         Path');
  expect(lines[0]?.length).toBeLessThanOrEqual(24);
});

test.each([
  ['実験-環境-第二', 'end', '実験-環…'],
  ['実験-環境-第二', 'start', '…-第二'],
  ['family-👩‍👩‍👧‍👦👩‍👩‍👧‍👦', 'end', 'family-…'],
] as const)('%s is cut between characters, by their width, at its %s', (text, cut, expected) => {
  const width = cut === 'end' ? 8 : 7;
  expect(cutTo(text, width, cut)).toBe(expected);
  expect(widthOf(expected)).toBeLessThanOrEqual(width);
});

test('cells of wide characters keep the columns after them in line', () => {
  const { header, lines } = lay(80, ['環境', '1', '/a'], ['e\u0301', '2', '/b']);
  expect([header, ...lines].map((line) => widthOf(line.slice(0, line.search(/[/P]/))))).toEqual([
    15, 15, 15,
  ]);
});

test('newlines, escapes and marks that turn the direction do not get through', () => {
  const { lines } = lay(80, ['a\nb', '\u001b[31m1', '/x\u202e\r\u0007']);
  expect(lines).toEqual(['a b   ␛[31m1   /x� ␇']);
});
