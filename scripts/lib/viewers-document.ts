/** What the tests of one viewer came to. */
export interface DocumentedResult {
  readonly name: string;
  readonly version: string;
  /** From the command to `ready`, milliseconds; undefined where it did not come to that. */
  readonly readyMs: number | undefined;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const BEGIN = '<!-- results: written by npm run test:viewers -->';
const END = '<!-- end of results -->';

/**
 * The document with these results in its table; rows of viewers that were not tested now stay.
 *
 * @throws Error where the document has no place for them
 */
export const updateViewersDocument = (
  text: string,
  results: readonly DocumentedResult[],
  date: string,
): string => {
  const [before, rest] = cut(text, BEGIN);
  const [table, after] = cut(rest, END);
  const rows = new Map(
    table
      .split('\n')
      .filter((line) => /^\| [a-z]/.test(line) && line !== HEADER[0])
      .map((line) => [line.split('|')[1]?.trim() ?? '', line] as const),
  );
  for (const one of results) rows.set(one.name, rowOf(one, date));
  const sorted = [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, line]) => line);
  return `${before}${BEGIN}\n${[...HEADER, ...sorted].join('\n')}\n${END}${after}`;
};

const HEADER = [
  '| viewer | version | tested on | result | open to ready |',
  '|---|---|---|---|---|',
] as const;

const rowOf = (
  { name, version, readyMs, passed, failed, skipped }: DocumentedResult,
  date: string,
): string => {
  const counts = [
    `${passed} passed`,
    ...(failed > 0 ? [`**${failed} failed**`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
  ].join(', ');
  const time = readyMs === undefined ? '' : `${(readyMs / 1000).toFixed(1)} s`;
  return `| ${name} | ${version} | ${date} | ${counts} | ${time} |`;
};

const cut = (text: string, mark: string): readonly [string, string] => {
  const at = text.indexOf(mark);
  if (at === -1) throw new Error(`The document has no line "${mark}".`);
  return [text.slice(0, at), text.slice(at + mark.length)];
};
