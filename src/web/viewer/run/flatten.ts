/** Values below a document, by their dotted names; lists stay whole. */
export const flatten = (
  document: Readonly<Record<string, unknown>> | null,
): ReadonlyArray<[string, string]> => (document === null ? [] : below('', document));

const below = (prefix: string, value: Readonly<Record<string, unknown>>): [string, string][] =>
  Object.entries(value).flatMap(([key, inner]): [string, string][] => {
    const name = prefix === '' ? key : `${prefix}.${key}`;
    if (isRecord(inner) && Object.keys(inner).length > 0) return below(name, inner);
    return [[name, writeAny(inner)]];
  });

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Any value of a file as it stands there, in one line. */
export const writeAny = (value: unknown): string => {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'string') return value;
  return JSON.stringify(value);
};
