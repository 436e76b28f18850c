import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The files that an absolute pattern names, in the order of glob(7): `*`, `?` and `[...]` within a
 * path segment, hidden names only where the pattern says the dot. Directories that cannot be read
 * match nothing.
 */
export const expandGlob = async (pattern: string): Promise<readonly string[]> => {
  let paths = ['/'];
  for (const segment of pattern.split('/').filter((part) => part !== '')) {
    const next = await Promise.all(paths.map((path) => expandSegment(path, segment)));
    paths = next.flat();
  }
  return paths;
};

const expandSegment = async (parent: string, segment: string): Promise<readonly string[]> => {
  if (!/[*?[]/.test(segment)) {
    const path = join(parent, segment);
    const found = await lstat(path).catch(() => undefined); // missing: no match
    return found === undefined ? [] : [path];
  }
  const names = await readdir(parent).catch(() => []); // no directory, or not ours to read: no match
  const matcher = segmentMatcher(segment);
  return names
    .filter((name) => matcher.test(name) && (segment.startsWith('.') || !name.startsWith('.')))
    .sort()
    .map((name) => join(parent, name));
};

const segmentMatcher = (segment: string): RegExp => {
  const source = segment.replace(
    /\[(!?)([^\]\\]+)\]|[\s\S]/g,
    (part, negation: string | undefined, set: string | undefined) => {
      if (set !== undefined)
        return `[${negation === '!' ? '^' : ''}${set.replace(/[[^]/g, '\\$&')}]`;
      if (part === '*') return '[^/]*';
      if (part === '?') return '[^/]';
      return part.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
    },
  );
  try {
    return new RegExp(`^${source}$`, 'u');
  } catch {
    return /(?!)/; // a range such as [z-a] matches nothing
  }
};
