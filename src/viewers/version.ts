/**
 * Orders two versions by their release numbers (PEP 440: what comes before the first letter or `+`);
 * negative when `a` is older. Pre-releases count as their release: porthole only asks for a floor.
 */
export const compareVersions = (a: string, b: string): number => {
  const left = releaseOf(a);
  const right = releaseOf(b);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
};

const releaseOf = (version: string): number[] =>
  (/^v?(\d+(?:\.\d+)*)/.exec(version)?.[1] ?? '0').split('.').map(Number);
