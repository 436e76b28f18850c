/**
 * Where a page is, as the part of the address behind `#`: `/run/runs/cv/yolo?tab=logs`. It never
 * reaches a server, so that every place of the pages works behind any gateway, and a link to it
 * can be kept and shared.
 */
export interface Address {
  /** Parts of the path, decoded: `['run', 'runs', 'cv', 'yolo']`. */
  readonly path: readonly string[];
  readonly query: Readonly<Record<string, readonly string[]>>;
}

/** Reads what stands behind the `#`; what cannot be decoded stays as it is. */
export const parseAddress = (hash: string): Address => {
  const text = hash.replace(/^#?\/?/, '');
  const at = text.indexOf('?');
  const path = (at === -1 ? text : text.slice(0, at)).split('/').filter(Boolean).map(decode);
  const query: Record<string, string[]> = Object.create(null);
  for (const [name, value] of new URLSearchParams(at === -1 ? '' : text.slice(at + 1))) {
    query[name] ??= [];
    query[name].push(value);
  }
  return { path, query };
};

const decode = (part: string): string => {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
};

/** The only or first value of a name in the query; '' without one. */
export const queryValue = ({ query }: Address, name: string): string => query[name]?.[0] ?? '';

/** Values of a query; undefined, null and '' are left out, a list repeats its name. */
export type QueryValues = Readonly<
  Record<string, string | number | readonly string[] | null | undefined>
>;

/** Writes an address, for `href` or the browser's history: `#/runs?q=lr+%3C+0.1`. */
export const formatAddress = (path: readonly string[], query: QueryValues = {}): string => {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    const values = Array.isArray(value) ? value : [value];
    for (const one of values) {
      if (one !== undefined && one !== null && one !== '') params.append(name, String(one));
    }
  }
  const text = params.toString();
  return `#/${path.map(encodePart).join('/')}${text === '' ? '' : `?${text}`}`;
};

/** Readable where that is safe: slashes part the path, so those inside a part are escaped. */
const encodePart = (part: string): string =>
  encodeURIComponent(part).replace(/%(3A|40|2C|3D|2B)/g, decodeURIComponent);
