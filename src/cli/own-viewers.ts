import { resolvePaths } from '../core/paths.ts';
import {
  loadOwnViewers,
  type OwnViewerProblem,
  ownViewersIn,
} from '../viewers/own/load-own-viewers.ts';
import { RESERVED_IDS, takeInViewers } from '../viewers/registry.ts';
import type { CliEnvironment } from './environment.ts';

/** Takes in the viewers that the user's files describe; the problems of those that describe none. */
export const takeInOwnViewers = async ({
  env,
  uid,
}: Pick<CliEnvironment, 'env' | 'uid'>): Promise<readonly OwnViewerProblem[]> => {
  const directory = ownViewersIn(resolvePaths({ env, uid }).config);
  const { viewers, problems } = await loadOwnViewers(directory, RESERVED_IDS);
  takeInViewers(viewers);
  return problems;
};
