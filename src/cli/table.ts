import widthOf from 'fast-string-width';
import { singleLine } from '../core/text.ts';

/** One column of a table. */
export interface Column<Row> {
  readonly title: string;
  /** Plain text; control characters in it are made harmless here. */
  readonly cell: (row: Row) => string;
  /** Where a cell too wide loses characters: paths keep their end, versions and states are kept whole. */
  readonly cut: 'start' | 'end' | 'never';
  /** Widest that it gets, in columns of characters. */
  readonly most?: number;
  /** Left out where there is no room for it. */
  readonly presence?: 'optional';
}

/** A table, line by line, at most as wide as asked, as far as cutting helps. */
export interface Table {
  readonly header: string;
  /** One line for each row, in the same order. */
  readonly lines: readonly string[];
}

const GAP = '  ';
/** No column is cut below this. */
const MIN_WIDTH = 10;

/** Lays out a table for a terminal of `width` columns; too wide cells are cut with an ellipsis. */
export const layOutTable = <Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  width: number,
): Table => {
  const cells = columns.map(({ cell }) => rows.map((row) => singleLine(cell(row))));
  const whole = columns.map(({ title, most = Number.POSITIVE_INFINITY }, i) => {
    const widest = Math.max(0, ...(cells[i] ?? []).map((text) => widthOf(text)));
    return Math.max(widthOf(title), Math.min(most, widest));
  });
  const { shown, widths } = fitInto(columns, whole, width);
  const line = (textOf: (column: number) => string) =>
    shown
      .map((column, i) =>
        padTo(cutTo(textOf(column), widths[i] ?? 0, columns[column]?.cut), widths[i] ?? 0),
      )
      .join(GAP)
      .trimEnd();
  return {
    header: line((column) => columns[column]?.title ?? ''),
    lines: rows.map((_, row) => line((column) => cells[column]?.[row] ?? '')),
  };
};

/** A table as one text, its header painted. */
export const renderTable = <Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  { width, title }: { width: number; title: (text: string) => string },
): string => {
  const { header, lines } = layOutTable(rows, columns, width);
  return [title(header), ...lines].join('\n');
};

/** Text of a given width: padded with spaces, and cut where it is too long. */
export const padTo = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - widthOf(text)));

/** Text of at most `width` columns, with an ellipsis where it was cut; never within a character. */
export const cutTo = (text: string, width: number, cut: Column<never>['cut'] = 'end'): string => {
  if (cut === 'never' || widthOf(text) <= width) return text;
  const characters = Array.from(GRAPHEMES.segment(text), ({ segment }) => segment);
  if (cut === 'start') characters.reverse();
  const kept: string[] = [];
  let left = width - 1;
  for (const character of characters) {
    left -= widthOf(character);
    if (left < 0) break;
    kept.push(character);
  }
  return cut === 'start' ? `…${kept.reverse().join('')}` : `${kept.join('')}…`;
};

const GRAPHEMES = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Which columns are shown, and how wide: the widest that may be cut gives first. */
const fitInto = (
  columns: readonly Column<never>[],
  whole: readonly number[],
  width: number,
): { shown: readonly number[]; widths: readonly number[] } => {
  let shown = columns.map((_, i) => i);
  for (;;) {
    const widths = shown.map((i) => whole[i] ?? 0);
    let surplus = widths.reduce((sum, w) => sum + w + GAP.length, -GAP.length) - width;
    while (surplus > 0) {
      const widest = widestCut(shown, widths, columns);
      if (widest === undefined) break;
      widths[widest] = (widths[widest] ?? 0) - 1;
      surplus--;
    }
    const spare = shown.findLast((i) => columns[i]?.presence === 'optional');
    if (surplus <= 0 || spare === undefined) return { shown, widths };
    shown = shown.filter((i) => i !== spare);
  }
};

const widestCut = (
  shown: readonly number[],
  widths: readonly number[],
  columns: readonly Column<never>[],
): number | undefined => {
  let widest: number | undefined;
  shown.forEach((column, i) => {
    const { cut, title = '' } = columns[column] ?? {};
    const least = Math.max(MIN_WIDTH, widthOf(title));
    if (cut === 'never' || (widths[i] ?? 0) <= least) return;
    if (widest === undefined || (widths[i] ?? 0) > (widths[widest] ?? 0)) widest = i;
  });
  return widest;
};
