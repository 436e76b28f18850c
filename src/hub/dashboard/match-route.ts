import { type ApiRoute, ROUTES } from '../api/routes.ts';

/** What a method and a path lead to. */
export type RouteMatch =
  | {
      readonly kind: 'found';
      readonly route: ApiRoute;
      readonly params: Readonly<Record<string, string>>;
    }
  /** There is the path, for other methods. */
  | { readonly kind: 'other-method'; readonly allowed: readonly string[] }
  | { readonly kind: 'none' };

interface Compiled {
  readonly route: ApiRoute;
  readonly method: string;
  readonly segments: readonly string[];
}

const COMPILED: readonly Compiled[] = (Object.keys(ROUTES) as ApiRoute[]).map((route) => {
  const [method = '', path = ''] = route.split(' ');
  return { route, method, segments: path.split('/') };
});

/** Finds the route; `path` is without its query. Words go before names in braces. Pure. */
export const matchRoute = (method: string, path: string): RouteMatch => {
  const given = path.split('/');
  const fitting = COMPILED.flatMap((one) => {
    const params = paramsOf(one.segments, given);
    return params === undefined ? [] : [{ ...one, params }];
  }).sort((a, b) => Object.keys(a.params).length - Object.keys(b.params).length);
  const found = fitting.find((one) => one.method === method);
  if (found !== undefined) return { kind: 'found', route: found.route, params: found.params };
  return fitting.length === 0
    ? { kind: 'none' }
    : { kind: 'other-method', allowed: [...new Set(fitting.map((one) => one.method))] };
};

const paramsOf = (
  segments: readonly string[],
  given: readonly string[],
): Record<string, string> | undefined => {
  if (segments.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const value = decoded(given[index] ?? '');
    if (value === undefined) return undefined;
    if (segment.startsWith('{')) {
      if (value === '') return undefined;
      params[segment.slice(1, -1)] = value;
    } else if (segment !== value) return undefined;
  }
  return params;
};

/** undefined for what is not percent-encoded text. */
const decoded = (segment: string): string | undefined => {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
};
