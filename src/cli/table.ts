import { stripVTControlCharacters } from 'node:util';

/** One column of a table. */
export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => string;
  /** Where a cell too wide is cut: paths keep their end. */
  readonly cut: 'start' | 'end';
  /** Columns of higher rank give up their width first; 0 never does. */
  readonly shrink: number;
}

const GAP = '  ';
const MIN_WIDTH = 8;

/** A table of at most `width` columns of characters; too wide cells are cut with an ellipsis. */
export const renderTable = <Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  { width, title }: { width: number; title: (text: string) => string },
): string => {
  const cells = rows.map((row) => columns.map(({ cell }) => cell(row)));
  const widths = columns.map((column, i) =>
    Math.max(column.title.length, ...cells.map((row) => widthOf(row[i] ?? ''))),
  );
  shrinkToFit(widths, columns, width);
  const line = (texts: readonly string[], paint: (text: string) => string) =>
    texts
      .map((text, i) =>
        paint(pad(cutTo(text, widths[i] ?? 0, columns[i]?.cut ?? 'end'), widths[i] ?? 0)),
      )
      .join(GAP)
      .trimEnd();
  return [
    line(
      columns.map((column) => column.title),
      title,
    ),
    ...cells.map((row) => line(row, (text) => text)),
  ].join('\n');
};

/** Takes width from the columns that give it first, until the table fits or none gives any more. */
const shrinkToFit = (widths: number[], columns: readonly Column<never>[], width: number): void => {
  const total = () => widths.reduce((sum, w) => sum + w + GAP.length, -GAP.length);
  const order = columns
    .map((column, i) => ({ i, shrink: column.shrink }))
    .filter(({ shrink }) => shrink > 0)
    .sort((a, b) => b.shrink - a.shrink);
  for (const { i } of order) {
    const surplus = total() - width;
    if (surplus <= 0) return;
    const floor = Math.max(MIN_WIDTH, columns[i]?.title.length ?? 0);
    widths[i] = Math.max(Math.min(floor, widths[i] ?? 0), (widths[i] ?? 0) - surplus);
  }
};

const cutTo = (text: string, width: number, cut: 'start' | 'end'): string => {
  if (widthOf(text) <= width) return text;
  const plain = [...stripVTControlCharacters(text)];
  return cut === 'start'
    ? `…${plain.slice(plain.length - width + 1).join('')}`
    : `${plain.slice(0, width - 1).join('')}…`;
};

const pad = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - widthOf(text)));

/** Width in a terminal, taking wide East Asian characters as two columns. */
const widthOf = (text: string): number => {
  let width = 0;
  for (const character of stripVTControlCharacters(text)) {
    width +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\u{1f300}-\u{1faff}]/u.test(
        character,
      )
        ? 2
        : 1;
  }
  return width;
};
