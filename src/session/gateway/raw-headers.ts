/** Headers as node:http has them raw: name, value, name, value; order, case and doubles kept. */
export type RawHeaders = readonly string[];

/** Name and value of each header line. */
export function* headerLines(raw: RawHeaders): Generator<readonly [name: string, value: string]> {
  for (let i = 0; i + 1 < raw.length; i += 2) yield [raw[i] ?? '', raw[i + 1] ?? ''];
}

/** All values of a header; `name` in lower case. */
export const valuesOf = (raw: RawHeaders, name: string): readonly string[] => {
  const values: string[] = [];
  for (const [key, value] of headerLines(raw)) if (key.toLowerCase() === name) values.push(value);
  return values;
};

/** Name and value of each cookie that a request carries, over all its Cookie lines. */
export const cookiesOf = (raw: RawHeaders): readonly (readonly [name: string, value: string])[] =>
  valuesOf(raw, 'cookie').flatMap((line) => line.split(';').map(splitCookie));

/** A cookie without "=" has a value and no name, but what reads it may see it the other way round. */
const splitCookie = (pair: string): readonly [string, string] => {
  const text = pair.trim();
  const at = text.indexOf('=');
  return at < 0 ? [text, ''] : [text.slice(0, at).trim(), text.slice(at + 1).trim()];
};
