/**
 * Exponential moving average that goes by distance in x, not by the number of points: behind a gap
 * the past weighs less. Evenly spaced points get the plain average; buckets are about as many at every
 * zoom, so that it looks alike there. `amount` from 0 (none) to below 1; the first points are not drawn
 * towards zero.
 */
export const smooth = (
  x: readonly number[],
  y: readonly number[],
  amount: number,
): readonly number[] => {
  const span = (x.at(-1) ?? 0) - (x[0] ?? 0);
  if (amount <= 0 || span <= 0) return y;
  const spacing = span / (x.length - 1);
  let sum = 0;
  let weight = 0;
  return y.map((value, i) => {
    const distance = i === 0 ? 0 : Math.max(0, (x[i] ?? 0) - (x[i - 1] ?? 0));
    const keep = amount ** (distance / spacing);
    sum = sum * keep + value;
    weight = weight * keep + 1;
    return sum / weight;
  });
};
