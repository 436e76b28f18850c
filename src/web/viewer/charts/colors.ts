/** As many as the theme has. */
export const COLORS = 10;

/**
 * A colour for each run, by its key: the same on every page and at every visit, whatever else is
 * shown; where two would share one, the later in order of keys takes the next that is free. From 1.
 */
export const assignColors = (keys: readonly string[]): ReadonlyMap<string, number> => {
  const taken = new Set<number>();
  const colors = new Map<string, number>();
  for (const key of [...new Set(keys)].sort()) {
    if (taken.size === COLORS) taken.clear();
    let color = hashOf(key) % COLORS;
    while (taken.has(color)) color = (color + 1) % COLORS;
    taken.add(color);
    colors.set(key, color + 1);
  }
  return colors;
};

/** FNV-1a, 32 bits. */
const hashOf = (text: string): number => {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return hash >>> 0;
};
