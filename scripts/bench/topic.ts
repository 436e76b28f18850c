import type { Figure } from './figure.ts';
import type { Stage } from './stage.ts';

/** A group of figures that is measured in one go, and can be asked for by its name. */
export interface Topic {
  readonly name: string;
  readonly measure: (stage: Stage) => Promise<readonly Omit<Figure, 'topic'>[]>;
}
