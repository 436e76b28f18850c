import { styleText } from 'node:util';
import {
  AutocompletePrompt,
  type CANCEL_SYMBOL,
  getColumns,
  wrapTextWithPrefix,
} from '@clack/core';
import { limitOptions, S_BAR, S_BAR_END, symbol } from '@clack/prompts';
import type { Table } from './table.ts';

/** One row to pick. */
export interface PickRow {
  readonly value: string;
  /** What the user may type to find it. */
  readonly search: string;
  /** Said below the table while the row is in focus. */
  readonly detail: readonly string[];
  /** Why it cannot be taken; undefined where it can. */
  readonly refusal: string | undefined;
}

export interface PickRowInput {
  readonly message: string;
  readonly rows: readonly PickRow[];
  /** The rows as a table, for a width. */
  readonly layOut: (width: number) => Table;
  readonly initial: string;
  /** What is left of the prompt when a row has been taken. */
  readonly taken: (value: string) => string;
  readonly signal: AbortSignal;
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
}

/** Longer tables are scrolled. */
const MAX_ROWS = 12;
/** "│  ❯ " before a row, and one column that terminals need after it. */
const MARGIN = 6;

/** Lets the user pick a row of a table, by arrow keys and by typing words that are in it. */
export const pickRow = async (input: PickRowInput): Promise<string | typeof CANCEL_SYMBOL> => {
  const { rows, output } = input;
  const options = rows.map((row, index) => ({ ...row, index, label: row.value }));
  let table = { ...input.layOut(0), width: 0 };
  const tableFor = (width: number): Table => {
    if (table.width !== width) table = { ...input.layOut(width), width };
    return table;
  };
  const answer = await new AutocompletePrompt<(typeof options)[number]>({
    options,
    initialValue: [input.initial],
    filter: (words, { search }) => matches(words, search),
    validate: (value) =>
      value === undefined
        ? 'No row matches what was typed.'
        : rows.find((row) => row.value === value)?.refusal,
    signal: input.signal,
    input: input.input,
    output,
    render() {
      const head = [styleText('gray', S_BAR), `${symbol(this.state)}  ${input.message}`];
      const focused = options.find(({ value }) => value === this.focusedValue);
      if (this.state === 'submit' || this.state === 'cancel') {
        const rest = this.state === 'submit' && focused ? input.taken(focused.value) : '';
        return [...head, `${styleText('gray', S_BAR)}  ${styleText('dim', rest)}`].join('\n');
      }
      const bar = styleText(this.state === 'error' ? 'yellow' : 'cyan', S_BAR);
      const { header, lines } = tableFor(getColumns(output) - MARGIN);
      const filter =
        this.userInput === ''
          ? []
          : [
              `${bar}  ${styleText('dim', 'with')} ${this.userInputWithCursor} ${styleText('dim', `${this.filteredOptions.length} of ${options.length}`)}`,
            ];
      const said = [
        ...(focused?.detail ?? []).map((line) => styleText('dim', line)),
        ...(focused?.refusal === undefined ? [] : [styleText('yellow', focused.refusal)]),
        ...(focused === undefined ? [styleText('yellow', 'No row matches.')] : []),
      ].flatMap((line) => wrapTextWithPrefix(output, line, `${bar}  `).split('\n'));
      const foot = [
        bar,
        ...said,
        `${bar}  ${styleText('dim', KEYS)}`,
        styleText('cyan', S_BAR_END),
      ];
      const shown = limitOptions({
        cursor: this.cursor,
        options: this.filteredOptions,
        style: (option, isActive) => rowText(option, lines[option.index] ?? '', isActive),
        maxItems: MAX_ROWS,
        columnPadding: 3,
        rowPadding: head.length + filter.length + foot.length + 1,
        output,
      });
      return [
        ...head,
        ...filter,
        `${bar}    ${styleText('dim', header)}`,
        ...shown.map((line) => `${bar}  ${line}`),
        ...foot,
      ].join('\n');
    },
  }).prompt();
  return answer as string | typeof CANCEL_SYMBOL;
};

const KEYS = '↑ ↓ move   type to filter   Enter takes it   Esc gives up';

const rowText = ({ refusal }: PickRow, line: string, isActive: boolean): string => {
  const text = refusal === undefined ? line : styleText('dim', line);
  return isActive ? `${styleText('cyan', '❯')} ${styleText('bold', text)}` : `  ${text}`;
};

/** All words typed are in it, whatever their case and order. */
const matches = (words: string, search: string): boolean =>
  words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => search.toLowerCase().includes(word));
