/** Class names, those that are set: `classes(styles.row, isOn && styles.on)`. */
export const classes = (...names: ReadonlyArray<string | false | null | undefined>): string =>
  names.filter(Boolean).join(' ');
