import { expect, test } from 'vitest';
import { parseAnsi } from '../../../src/web/viewer/logs/ansi.ts';

const ESC = '\u001b';

test('colours and weights hold until they are taken back', () => {
  expect(parseAnsi(`a${ESC}[1;31mred${ESC}[22m thin${ESC}[0m plain`)).toEqual([
    { text: 'a' },
    { text: 'red', color: 1, bold: true },
    { text: ' thin', color: 1 },
    { text: ' plain' },
  ]);
  expect(parseAnsi(`${ESC}[92;44mx${ESC}[39;49my`)).toEqual([
    { text: 'x', color: 10, background: 4 },
    { text: 'y' },
  ]);
});

test('palettes of 256 and true colours become colours of CSS', () => {
  expect(parseAnsi(`${ESC}[38;5;9ma`)).toEqual([{ text: 'a', color: 9 }]);
  expect(parseAnsi(`${ESC}[38;5;196ma`)).toEqual([{ text: 'a', color: 'rgb(255 0 0)' }]);
  expect(parseAnsi(`${ESC}[48;5;244ma`)).toEqual([{ text: 'a', background: 'rgb(128 128 128)' }]);
  expect(parseAnsi(`${ESC}[38;2;1;2;999ma`)).toEqual([{ text: 'a', color: 'rgb(1 2 255)' }]);
});

test('of a progress bar its last state is seen', () => {
  expect(parseAnsi('10%\r50%\r100%')).toEqual([{ text: '100%' }]);
  expect(parseAnsi('done\r')).toEqual([{ text: 'done' }]);
  expect(parseAnsi('\r\r')).toEqual([]);
});

test('nothing else of a terminal comes through', () => {
  const line = `a${ESC}[2Kb${ESC}]0;title\u0007c${ESC}(d\u0000\u0007e${ESC}[31`;
  const text = parseAnsi(line)
    .map((span) => span.text)
    .join('');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
  expect(text).not.toMatch(/[\u0000-\u001f]/);
  expect(text).toMatch(/^abc/);
});

test('a line of nothing but escapes takes no time', () => {
  expect(parseAnsi(`${ESC}[31m`.repeat(20_000))).toEqual([]);
  expect(parseAnsi(`${ESC}]`.repeat(20_000))).toEqual([]);
});
