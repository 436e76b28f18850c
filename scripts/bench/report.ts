import { type Figure, isMet, type Unit } from './figure.ts';

const DIGITS: Readonly<Record<Unit, number>> = {
  s: 3,
  ms: 2,
  x: 2,
  '%': 2,
  MB: 1,
  'MB/s': 0,
  kB: 1,
  '': 1,
};
const HEAD = ['figure', 'measured', 'bound', '', 'made of'] as const;

/** The figures as a table for people. */
export const renderTable = (figures: readonly Figure[]): string => {
  const rows = figures.map((figure) => [
    `${figure.topic}: ${figure.name}`,
    quantity(figure.value, figure.unit),
    boundOf(figure),
    verdictOf(figure),
    figure.note ?? '',
  ]);
  const widths = HEAD.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) =>
        column === 1 || column === 2
          ? cell.padStart(widths[column] ?? 0)
          : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return [line(HEAD), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
};

/** The figures for programs; `met` is null where there is no bound. */
export const toJson = (figures: readonly Figure[], machine: Machine): string =>
  `${JSON.stringify(
    { machine, figures: figures.map((figure) => ({ ...figure, met: isMet(figure) ?? null })) },
    undefined,
    2,
  )}\n`;

/** Where the figures were taken. */
export interface Machine {
  readonly cpus: string;
  readonly node: string;
  readonly rounds: number;
  readonly takenAt: string;
}

const quantity = (value: number, unit: Unit): string =>
  `${value.toFixed(Number.isInteger(value) ? 0 : DIGITS[unit])} ${unit}`;

const boundOf = ({ bound, unit }: Figure): string =>
  bound === undefined
    ? ''
    : `${bound.kind === 'at-most' ? '<=' : '>='} ${Number(bound.value.toFixed(3))} ${unit}`;

const verdictOf = (figure: Figure): string => {
  const met = isMet(figure);
  return met === undefined ? '' : met ? 'met' : 'NOT MET';
};
