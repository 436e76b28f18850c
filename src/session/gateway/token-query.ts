import { isTokenShaped } from './secrets.ts';

/** A request target taken apart. */
export interface TokenQuery {
  /** The target without porthole tokens, else byte for byte as it was; begins with exactly one "/". */
  readonly path: string;
  /** The porthole tokens that were in it. */
  readonly tokens: readonly string[];
}

/**
 * Takes every `token=` of porthole's form out of the query; a viewer's own parameter of that name
 * (Jupyter has one) stays. Leading slashes become one: "//evil.example" is a path here, but
 * another site to whatever resolves it.
 */
export const takeTokens = (target: string): TokenQuery => {
  const at = target.indexOf('?');
  const path = (at < 0 ? target : target.slice(0, at)).replace(/^[/\\]+/, '/');
  if (at < 0) return { path, tokens: [] };
  const tokens: string[] = [];
  const kept = target
    .slice(at + 1)
    .split('&')
    .filter((part) => {
      const value = part.startsWith('token=') ? part.slice('token='.length) : '';
      if (!isTokenShaped(value)) return true;
      tokens.push(value);
      return false;
    });
  const query = kept.join('&');
  return { path: query === '' && tokens.length > 0 ? path : `${path}?${query}`, tokens };
};
