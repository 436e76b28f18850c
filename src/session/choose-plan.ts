import { posix } from 'node:path';
import { PortholeError } from '../core/errors.ts';
import { singleLine } from '../core/text.ts';
import type { Connection } from '../remote/connection.ts';
import type { ProbeResult } from '../remote/protocol.ts';
import { VIEWERS, viewerOf } from '../viewers/registry.ts';
import type { Interaction } from './interaction.ts';
import type { OpenRequest } from './open-request.ts';
import {
  type Candidate,
  candidatesOf,
  chooseEnvironment,
  chooseStorage,
  type Plan,
  storagesOf,
} from './plan.ts';
import type { RememberedChoice } from './store.ts';

/** What the server has: one round trip, mostly files read. */
export const probeHost = (
  connection: Connection,
  request: Pick<OpenRequest, 'environment' | 'storage'>,
  signal: AbortSignal,
): Promise<ProbeResult> =>
  connection.probe(
    {
      distributions: VIEWERS.map(({ distribution }) => distribution),
      storage: request.storage === null ? [] : [request.storage],
      prefixes: request.environment?.includes('/') ? [request.environment] : [],
    },
    signal,
  );

/** The remembered choice, where it is what this request asks for. */
export const planFromMemory = (
  request: OpenRequest,
  choice: RememberedChoice | undefined,
): Plan | undefined => {
  if (choice === undefined || request.choice === 'pick') return undefined;
  const viewer = VIEWERS.find(({ id }) => id === choice.viewer);
  if (viewer === undefined) return undefined;
  const { environment, storage } = choice;
  const asked = request.environment?.replace(/(.)\/+$/, '$1') ?? null;
  const same =
    (request.viewer === null || request.viewer === viewer.id) &&
    (asked === null || asked === environment.prefix || asked === environment.name) &&
    (request.storage === null || request.storage === storage);
  return same ? { viewer, viewerVersion: choice.viewerVersion, environment, storage } : undefined;
};

export interface ChoosePlanInput {
  readonly request: OpenRequest;
  readonly probe: ProbeResult;
  readonly interaction: Interaction;
  readonly signal: AbortSignal;
}

/**
 * Settles what to launch: what was asked for, else the best that was found, else what the user picks;
 * the first start on a host is confirmed where somebody can be asked.
 *
 * @throws PortholeError with exit code 6 when nothing fits, `interrupted` when the user declines
 */
export const choosePlan = async (input: ChoosePlanInput): Promise<Plan> => {
  const { request, probe, interaction, signal } = input;
  const viewer = viewerOf(request.viewer ?? VIEWERS[0]?.id ?? '');
  const picked = await pick(input, viewer);
  const { environment, version } = chooseEnvironment(probe, {
    viewer,
    environment: picked?.prefix ?? request.environment ?? undefined,
  });
  const storage = chooseStorage(probe, {
    storage: picked?.storage ?? request.storage ?? undefined,
  });
  const plan = {
    viewer,
    viewerVersion: version,
    environment,
    storage: posix.resolve(probe.host.home, storage.replace(/^~(?=\/|$)/, probe.host.home)),
  };
  if (request.confirmation === 'ask' && picked === undefined && interaction.confirm !== undefined) {
    const answer = await interaction.confirm(summaryOf(request, probe, plan), signal);
    if (answer === 'cancel') {
      throw new PortholeError({ code: 'interrupted', message: 'Not started.' });
    }
  }
  return plan;
};

/** Asks the user where the choice is theirs: by `--pick`, or because nothing tells the environments apart. */
const pick = async (input: ChoosePlanInput, viewer: Plan['viewer']) => {
  const { request, probe, interaction, signal } = input;
  const candidates = candidatesOf(probe, viewer);
  const wanted = request.choice === 'pick' || isUnclear(request, candidates);
  if (!wanted) return undefined;
  if (interaction.choose === undefined) {
    if (request.choice === 'pick') throw nobodyToAsk();
    if (request.confirmation === 'assume-yes') return undefined;
    throw unclear(candidates);
  }
  const suggestion = candidates[0]?.environment.prefix ?? probe.environments[0]?.prefix;
  if (suggestion === undefined) return undefined;
  return interaction.choose(
    {
      host: request.target.host,
      probe,
      viewer: viewer.id,
      suggestion: {
        prefix: suggestion,
        storage: request.storage ?? storagesOf(probe)[0]?.path ?? null,
      },
    },
    signal,
  );
};

/** Several environments would do and no running training tells which is meant. */
const isUnclear = (request: OpenRequest, candidates: readonly Candidate[]): boolean =>
  request.environment === null &&
  request.confirmation === 'ask' &&
  candidates.length > 1 &&
  candidates[0]?.environment.inUse.length === 0;

const summaryOf = (request: OpenRequest, probe: ProbeResult, plan: Plan) => ({
  host: request.target.host,
  environment: plan.environment.name,
  prefix: plan.environment.prefix,
  viewer: plan.viewer.title,
  viewerVersion: plan.viewerVersion,
  storage: plan.storage,
  runs: probe.storageRoots.find(({ path }) => path === plan.storage)?.runs ?? null,
});

const unclear = (candidates: readonly Candidate[]): PortholeError =>
  new PortholeError({
    code: 'environment-ambiguous',
    message: `${candidates.length} environments on the server have the viewer, and nobody can be asked which.`,
    hint: `Name one (${candidates
      .slice(0, 6)
      .map(({ environment }) => `--env ${singleLine(environment.name)}`)
      .join(', ')}), or take the best with --yes.`,
  });

const nobodyToAsk = (): PortholeError =>
  new PortholeError({
    code: 'usage',
    message: '--pick asks in a terminal, and there is none.',
    hint: 'Use --env and --storage instead.',
  });
