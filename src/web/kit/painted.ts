/** Resolves when what has changed so far is on the screen; at once in a tab that nobody sees. */
export const painted = (): Promise<void> =>
  document.hidden
    ? Promise.resolve()
    : new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
