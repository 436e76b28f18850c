import type { ProbeResult, RunningViewer } from '../../remote/protocol/probe.ts';
import { addressOf } from '../../session/adopt-plan.ts';
import {
  candidatesOf,
  packageOf,
  rankEnvironments,
  storagesOf,
  suitabilityOf,
  whyFirst,
} from '../../session/candidates.ts';
import type { PlanQuestion } from '../../session/interaction.ts';
import type { OpenRequest } from '../../session/open-request.ts';
import { toInstall } from '../../session/unsuitable.ts';
import type { ViewerAdapter } from '../../viewers/adapter.ts';
import { installCommand } from '../../viewers/install-command.ts';
import { PACKAGED_VIEWERS, VIEWERS, viewerOf } from '../../viewers/registry.ts';
import type { EnvironmentOption, Question, ViewerOption } from '../api/schema/question.ts';

export interface QuestionInput {
  readonly revision: number;
  readonly host: string;
  readonly probe: ProbeResult;
  /** What porthole would take by itself. */
  readonly suggestion: PlanQuestion['suggestion'];
  /** What was wished for from the start, and is no choice any more. */
  readonly request: Pick<OpenRequest, 'viewer' | 'access'>;
}

/** All that there is to choose from, of what a probe found. Pure. */
export const questionOf = (input: QuestionInput): Question => {
  const { revision, host, probe, suggestion } = input;
  const named = PACKAGED_VIEWERS.find(({ id }) => id === suggestion.viewer);
  const preferred = suggestion.python ?? undefined;
  const ranked = rankEnvironments(probe, named ?? { distributions: [] }, preferred);
  const chosen = ranked.find(({ python }) => python === suggestion.python);
  const storageRoots = [...storagesOf(probe, chosen)];
  const viewers = VIEWERS.filter((one) => isEligible(one, input.request));
  return {
    revision,
    host,
    facts: probe.host,
    gpus: probe.gpus,
    viewers: viewers.map(viewerOption),
    environments: ranked.map((one) => environmentOption(one, probe)),
    storageRoots,
    running: runningIn(probe, input.request).map((one) => ({
      pid: one.process.pid,
      viewer: one.viewer,
      title: viewerOf(one.viewer).title,
      version: one.version,
      at: addressOf(one),
      storage: one.storage,
    })),
    partial: probe.partial,
    probeMs: probe.ms,
    suggestion: {
      viewer: suggestion.viewer,
      python: suggestion.python,
      storage: suggestion.storage ?? storageRoots[0]?.path ?? null,
      reason:
        suggestion.reason ??
        (named === undefined
          ? null
          : (whyFirst(candidatesOf(probe, named, preferred), named, preferred) ?? null)),
    },
  };
};

/** Whether a viewer may be chosen for what was wished for. */
export const isEligible = (
  { id, comes }: ViewerAdapter,
  { viewer, access }: QuestionInput['request'],
): boolean =>
  (viewer === null || viewer === id) && (access === 'read-only' || comes === 'with-porthole');

/** Those that run already and may be taken for what was wished for. */
export const runningIn = (
  { running }: Pick<ProbeResult, 'running'>,
  request: QuestionInput['request'],
): readonly RunningViewer[] =>
  running.filter(({ viewer }) =>
    VIEWERS.some((one) => one.id === viewer && isEligible(one, request)),
  );

/** A viewer as the page shows it. */
export const viewerOption = (viewer: ViewerAdapter): ViewerOption => {
  const isBundled = viewer.comes === 'with-porthole';
  return {
    id: viewer.id,
    title: viewer.title,
    comes: viewer.comes,
    capability: viewer.capability,
    version: isBundled ? viewer.version : null,
    oldestVersion: isBundled ? null : (viewer.distributions[0]?.oldestVersion ?? null),
    writeNotice: viewer.notice ?? null,
  };
};

type Environment = ProbeResult['environments'][number];

const environmentOption = (environment: Environment, probe: ProbeResult): EnvironmentOption => {
  const { name, kind, prefix, python, pythonVersion, inUse, problems, broken } = environment;
  return {
    ...{ name, kind, prefix, python, pythonVersion, inUse, problems, broken },
    viewers: PACKAGED_VIEWERS.map((viewer) => {
      const suitability = suitabilityOf(environment, viewer);
      const found = packageOf(environment, viewer);
      return {
        viewer: viewer.id,
        suitability,
        version: found?.version ?? null,
        install:
          suitability === 'suitable' ? null : installCommand(environment, toInstall(viewer, found)),
      };
    }),
    storage: storagesOf(probe, environment)[0]?.path ?? null,
  };
};
