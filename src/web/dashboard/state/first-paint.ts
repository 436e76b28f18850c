/** Resolves once the page has been painted for the first time: what is not in it yet can wait for that. */
export const firstPaint: Promise<void> = new Promise((resolve) => {
  // The frame is painted after its callbacks; the task after them comes when it is done.
  requestAnimationFrame(() => setTimeout(resolve));
});
