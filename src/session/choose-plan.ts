import { PortholeError } from '../core/errors.ts';
import { singleLine } from '../core/text.ts';
import type { Environment, ProbeResult } from '../remote/protocol/probe.ts';
import type { ViewerAdapter } from '../viewers/adapter.ts';
import { PACKAGED_VIEWERS, VIEWERS, viewerOf } from '../viewers/registry.ts';
import { adoptPlan, runningNote } from './adopt-plan.ts';
import { type Candidate, candidatesOf, rankEnvironments, whyFirst } from './candidates.ts';
import { chooseViewer } from './choose-viewer.ts';
import type { Interaction, PlanAnswer, PlanSummary, ViewerOption } from './interaction.ts';
import type { OpenRequest } from './open-request.ts';
import { chooseEnvironment, chooseStorage, type LaunchPlan, type Plan } from './plan.ts';
import { isSamePlan } from './remembered-plan.ts';
import { absoluteStorage, otherDataNote, rootsWished } from './storage-data.ts';
import type { RememberedChoice } from './store.ts';
import { type ViewerNotice, viewerNotice } from './viewer-notice.ts';

export interface ChoosePlanInput {
  readonly request: OpenRequest;
  readonly probe: ProbeResult;
  /** What was opened here before: it goes first, as far as it is still there. */
  readonly remembered: RememberedChoice | undefined;
  /** A remembered plan that has just failed: it is not tried again as it is. */
  readonly outdated: { readonly plan: LaunchPlan; readonly error: PortholeError } | undefined;
  /** Viewers of which it was said on this host what they may do besides reading. */
  readonly noticesSaid: readonly string[];
  readonly interaction: Interaction;
  readonly signal: AbortSignal;
}

/**
 * Settles what to open: what was asked for, else the best that was found, else what the user picks;
 * where no environment has a viewer, the bundled one. The start is confirmed where somebody can be asked.
 * What runs there already is taken by its pid alone: named, or picked.
 *
 * @throws PortholeError with exit code 6 when nothing fits, `interrupted` when the user declines, the
 * failure of the outdated plan when nothing but that is left, `consent-needed` for a viewer that runs code
 */
export const choosePlan = async (input: ChoosePlanInput): Promise<Plan> => {
  const { request, remembered, outdated } = input;
  const { host } = request.target;
  if (request.adopt !== null) return adoptPlan(input.probe, request.adopt, host);
  const settled = chooseViewer(input);
  const preferred = remembered?.environment?.python;
  const { candidates, why } = choiceFor(input.probe, settled, preferred);
  const picked = await pick(input, settled, candidates);
  const { probe } = { ...input, ...picked };
  if (picked !== undefined && 'adopt' in picked) return adoptPlan(probe, picked.adopt, host);
  const viewer =
    picked === undefined || picked.viewer === settled.id ? settled : viewerOf(picked.viewer);
  const program = chooseProgram({ ...input, probe }, viewer, picked?.python);
  const storage = chooseStorage(probe, {
    viewer,
    storage: picked?.storage ?? request.storage ?? undefined,
    environment: program.environment,
  });
  const plan: LaunchPlan = {
    kind: 'launch',
    viewer,
    ...program,
    access: request.access,
    storage: absoluteStorage(storage, probe.host.home),
  };
  const root = rootsWished(probe, plan.storage)[0];
  const note = (text: string | undefined) => {
    if (text !== undefined) input.interaction.report({ type: 'note', text });
  };
  note(root && otherDataNote(root, viewer, PACKAGED_VIEWERS));
  note(runningNote(plan, probe, host));
  if (outdated && picked === undefined && isSamePlan(plan, outdated.plan)) throw outdated.error;
  const named = picked !== undefined || request.environment !== null;
  const asks = input.interaction.confirm === undefined ? 'nobody' : 'person';
  const notice = viewerNotice(plan, { said: input.noticesSaid, request, asks });
  if (notice.kind === 'say') note(notice.text);
  await announce({ ...input, probe }, plan, notice, named || candidates.length === 1 ? null : why);
  return plan;
};

const chooseProgram = (
  { request, probe, remembered }: ChoosePlanInput,
  viewer: ViewerAdapter,
  picked: string | null | undefined,
): { environment: Environment | null; viewerVersion: string } => {
  if (viewer.comes === 'with-porthole') {
    return { environment: null, viewerVersion: viewer.version };
  }
  // A command needs no environment where there is none.
  if (viewer.distributions.length === 0 && probe.environments.every(({ broken }) => broken)) {
    return { environment: null, viewerVersion: '' };
  }
  const { environment, version } = chooseEnvironment(probe, {
    viewer,
    environment: picked ?? request.environment ?? undefined,
    preferred: remembered?.environment?.python,
  });
  return { environment, viewerVersion: version };
};

/** Where a viewer could run, best first, and why the first goes first. */
const choiceFor = (
  probe: ProbeResult,
  viewer: ViewerAdapter,
  preferred: string | undefined,
): { readonly candidates: readonly Candidate[]; readonly why: string | null } => {
  if (viewer.comes === 'with-porthole') return { candidates: [], why: null };
  const candidates = candidatesOf(probe, viewer, preferred);
  return { candidates, why: whyFirst(candidates, viewer, preferred) ?? null };
};

/** Asks the user where the choice is theirs: by `--pick`, or because nothing tells the environments apart. */
const pick = async (
  { request, probe, remembered, interaction, signal }: ChoosePlanInput,
  viewer: ViewerAdapter,
  candidates: readonly Candidate[],
): Promise<PlanAnswer | undefined> => {
  const preferred = remembered?.environment?.python;
  if (request.choice !== 'pick' && !isUnclear(request, candidates, preferred)) return undefined;
  if (interaction.choose === undefined) {
    if (request.choice === 'pick') throw nobodyToAsk();
    throw unclear(candidates);
  }
  const python =
    viewer.comes === 'with-porthole' ? null : rankEnvironments(probe, viewer, preferred)[0]?.python;
  if (python === undefined) return undefined;
  const viewers = eligible(request, viewer).flatMap((one) => {
    const option = optionOf(probe, one, preferred);
    const isOfUse = one.comes === 'with-porthole' || option.candidates.length > 0;
    return isOfUse || one === viewer ? [option] : [];
  });
  const running = probe.running.filter(
    (one) => isOpenChoice(request) || (one.viewer === viewer.id && request.access === 'read-only'),
  );
  const reason = viewers.find(({ id }) => id === viewer.id)?.reason ?? null;
  const { storage } = request;
  const suggestion = { viewer: viewer.id, python, storage, reason };
  const answer = await interaction.choose(
    { host: request.target.host, probe, viewers, running, suggestion },
    signal,
  );
  if ('adopt' in answer) return answer;
  // An environment that can run it may have been found since.
  const isEligible = eligible(request, viewer).some(({ id }) => id === answer.viewer);
  if (isEligible && (answer.probe ?? viewers.some(({ id }) => id === answer.viewer))) return answer;
  throw new PortholeError({
    code: 'viewer-unknown',
    message: `The viewer "${singleLine(answer.viewer)}" was not among those to choose from.`,
    hint: `There were: ${viewers.map(({ id }) => id).join(', ')}.`,
  });
};

/** The viewers to choose from: all under `--pick`, unless the request says which. */
const eligible = (request: OpenRequest, settled: ViewerAdapter): readonly ViewerAdapter[] => {
  if (!isOpenChoice(request)) return [settled];
  return [settled, ...VIEWERS.filter((one) => one !== settled)];
};

/** Whether the request leaves the viewer to whoever picks. */
const isOpenChoice = ({ choice, viewer, command, access }: OpenRequest): boolean =>
  choice === 'pick' && viewer === null && command === null && access === 'read-only';

const optionOf = (
  probe: ProbeResult,
  viewer: ViewerAdapter,
  preferred: string | undefined,
): ViewerOption => {
  const { id, title, comes, capability, notice = null } = viewer;
  const { candidates, why } = choiceFor(probe, viewer, preferred);
  return {
    ...{ id, title, comes, capability, notice, reason: why },
    distributions: viewer.comes === 'in-environment' ? viewer.distributions : [],
    candidates: candidates.map(({ environment: { python }, version }) => ({ python, version })),
  };
};

/** Several environments would do, and neither a running training nor the last time tells which is meant. */
const isUnclear = (
  request: OpenRequest,
  [best, second]: readonly Candidate[],
  preferred: string | undefined,
): boolean =>
  request.environment === null &&
  request.confirmation === 'ask' &&
  second !== undefined &&
  best?.environment.inUse.length === 0 &&
  best.environment.python !== preferred;

/** Says what is about to start, and waits for a yes where somebody can be asked. */
const announce = async (
  { request, probe, interaction, signal }: ChoosePlanInput,
  plan: LaunchPlan,
  notice: ViewerNotice,
  reason: string | null,
): Promise<void> => {
  const { environment } = plan;
  const isUnasked = request.confirmation === 'assume-yes' && notice.kind !== 'ask';
  if (isUnasked || interaction.confirm === undefined) {
    if (reason !== null && environment !== null) {
      const text = `took ${singleLine(environment.name)}: ${reason}.`;
      interaction.report({ type: 'note', text });
    }
    return;
  }
  const summary: PlanSummary = {
    host: request.target.host,
    home: probe.host.home,
    environment: environment && { name: environment.name, prefix: environment.prefix },
    viewer: plan.viewer.title,
    viewerVersion: plan.viewerVersion,
    storage: plan.storage,
    runs: probe.storageRoots.find(({ path }) => path === plan.storage)?.runs ?? null,
    reason,
    notice: plan.access === 'manage' ? MANAGE_NOTICE : notice.kind === 'ask' ? notice.text : null,
  };
  if ((await interaction.confirm(summary, signal)) === 'start') return;
  throw new PortholeError({ code: 'interrupted', message: 'Not started.' });
};

const MANAGE_NOTICE = 'Aliases and tags may be set, runs deleted and restored (--manage).';

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
