/** Rows from `first` up to, not including, `end`. */
export interface RowRange {
  readonly first: number;
  readonly end: number;
}

/** Which of many rows of one height are in sight, with some more on both sides. Pixels. */
export const visibleRows = (one: {
  readonly scrollTop: number;
  readonly height: number;
  readonly rowHeight: number;
  readonly count: number;
  readonly overscan: number;
}): RowRange => {
  const { scrollTop, height, rowHeight, count, overscan } = one;
  // A list that became shorter is scrolled beyond its end for a moment.
  const top = Math.min(Math.max(0, scrollTop), Math.max(0, count * rowHeight - height));
  const first = Math.max(0, Math.floor(top / rowHeight) - overscan);
  const end = Math.min(count, Math.ceil((top + height) / rowHeight) + overscan);
  return { first, end };
};

/** Where to scroll so that a row is in sight, moving as little as can be; `covered`: by a header. */
export const scrollTopFor = (one: {
  readonly row: number;
  readonly scrollTop: number;
  readonly height: number;
  readonly rowHeight: number;
  readonly covered: number;
}): number => {
  const { row, scrollTop, height, rowHeight, covered } = one;
  const top = row * rowHeight;
  if (top < scrollTop) return top;
  const bottom = top + rowHeight + covered;
  return bottom > scrollTop + height ? bottom - height : scrollTop;
};
