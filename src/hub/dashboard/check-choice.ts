import type { ProbeResult } from '../../remote/protocol/probe.ts';
import { suitabilityOf } from '../../session/candidates.ts';
import type { PlanAnswer } from '../../session/interaction.ts';
import { unsuitable } from '../../session/unsuitable.ts';
import { viewerOf } from '../../viewers/registry.ts';
import { isEligible, type QuestionInput, runningIn } from './question-of.ts';
import { ApiError, asApiError } from './to-failure.ts';

/**
 * Refuses a choice that could not be started, before the opening has it: so the wizard stays where it
 * is, and nothing is lost. Pure.
 *
 * @throws ApiError `viewer-unknown`, `environment-missing`, `viewer-missing` and its like, `bad-request`
 */
export const checkChoice = (
  answer: PlanAnswer,
  probe: ProbeResult,
  request: QuestionInput['request'],
): void => {
  if ('adopt' in answer) {
    const isThere = runningIn(probe, request).some((one) => one.process.pid === answer.adopt);
    if (!isThere) throw wrong('adopt', 'There is no such viewer running on the server any more.');
    return;
  }
  const { viewer: id, python, storage } = answer;
  const viewer = viewerOf(id);
  if (!isEligible(viewer, request)) {
    throw wrong('viewer', `${viewer.title} is not what this was begun with.`);
  }
  if (!/^(?:\/|~(?:\/|$))/.test(storage)) throw notWhole();
  if (viewer.comes === 'with-porthole') {
    if (python !== null) throw wrong('python', `${viewer.title} runs in no environment.`);
    return;
  }
  const environment = probe.environments.find((one) => one.python === python);
  if (environment === undefined) {
    throw wrong('python', 'There is no such environment on the server any more.');
  }
  const suitability = suitabilityOf(environment, viewer);
  if (suitability !== 'suitable') {
    throw asApiError(unsuitable(environment, viewer, suitability), 'python');
  }
};

const wrong = (field: string, message: string): ApiError =>
  new ApiError(422, { code: 'bad-request', message, field });

const notWhole = (): ApiError =>
  new ApiError(422, {
    code: 'bad-request',
    message: 'The storage is not a whole path.',
    hint: 'Begin it with / or ~/.',
    field: 'storage',
  });
