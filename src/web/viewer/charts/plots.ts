import type uPlot from 'uplot';

/** Charts with this key hover and zoom in step. */
export const SYNC_KEY = 'porthole';

let Plots: typeof uPlot | undefined;

/** A part of the script, but first run for the first plot: it readies formats of the language for 15 ms. */
export const loadPlots = async (): Promise<typeof uPlot> => {
  Plots ??= (await import('uplot')).default;
  return Plots;
};

/** Those on the page that go in step. */
export const plotsInStep = (): readonly uPlot[] => Plots?.sync(SYNC_KEY).plots ?? [];
