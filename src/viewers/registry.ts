import { PortholeError } from '../core/errors.ts';
import { nearest } from '../core/text.ts';
import type { PackagedViewer, ViewerAdapter } from './adapter.ts';
import { aim } from './aim/aim.ts';
import { builtin } from './builtin/builtin.ts';
import { COMMAND_ID } from './command/command.ts';
import { jupyter } from './jupyter/jupyter.ts';
import { marimo } from './marimo/marimo.ts';
import { mlflow } from './mlflow/mlflow.ts';
import { optuna } from './optuna/optuna.ts';
import { runicorn } from './runicorn/runicorn.ts';
import { streamlit } from './streamlit/streamlit.ts';
import { tensorboard } from './tensorboard/tensorboard.ts';
import { trackio } from './trackio/trackio.ts';

/** `--viewer auto`: decide, whatever was opened the last time. */
export const AUTO = 'auto';

const PORTHOLES_OWN: readonly PackagedViewer[] = [
  runicorn,
  tensorboard,
  mlflow,
  aim,
  optuna,
  trackio,
  // These run code: none of them is opened but for its data, or by its name.
  jupyter,
  marimo,
  streamlit,
];

const packaged: PackagedViewer[] = [...PORTHOLES_OWN];
const all: ViewerAdapter[] = [...PORTHOLES_OWN, builtin];

/** The viewers that are looked for in environments, best first. */
export const PACKAGED_VIEWERS: readonly PackagedViewer[] = packaged;

/** Every viewer that porthole can launch, best first. */
export const VIEWERS: readonly ViewerAdapter[] = all;

/** Ids that a viewer of the user's cannot have. */
export const RESERVED_IDS: readonly string[] = [
  ...PORTHOLES_OWN.map(({ id }) => id),
  ...[builtin.id, COMMAND_ID, AUTO],
];

/** Puts the viewers of the user's files after porthole's own, in the place of those taken in before. */
export const takeInViewers = (own: readonly PackagedViewer[]): void => {
  packaged.splice(PORTHOLES_OWN.length, packaged.length, ...own);
  all.splice(0, all.length, ...packaged, builtin);
};

/**
 * The viewer of this name.
 *
 * @throws PortholeError `viewer-unknown`
 */
export const viewerOf = (id: string): ViewerAdapter => {
  const found = VIEWERS.find((viewer) => viewer.id === id);
  if (found !== undefined) return found;
  const ids = VIEWERS.map((viewer) => viewer.id);
  const near = nearest(id, ids);
  throw new PortholeError({
    code: 'viewer-unknown',
    message: `There is no viewer "${id}".`,
    hint: near === undefined ? `porthole knows: ${ids.join(', ')}.` : `Did you mean "${near}"?`,
  });
};
