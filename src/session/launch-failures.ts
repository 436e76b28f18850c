import { PortholeError } from '../core/errors.ts';
import { neutralizeControls, singleLine } from '../core/text.ts';
import type { AgentError } from '../remote/agent-failures.ts';
import type { ViewerState } from '../remote/protocol/sessions.ts';
import type { LaunchPlan } from './plan.ts';

/** The failure behind the agent's refusal to launch. */
export const launchRefused = (error: AgentError, plan: LaunchPlan): PortholeError => {
  const storage = singleLine(plan.storage);
  switch (error.code) {
    case 'storage-missing': {
      const near = error.storage?.nearestParent;
      return new PortholeError({
        code: 'storage-missing',
        message: `There is no storage ${storage} on the server.`,
        hint:
          near == null
            ? 'Check the path: --storage DIR.'
            : `The nearest directory that exists is ${singleLine(near)}. Check the path: --storage DIR.`,
        cause: error,
      });
    }
    case 'storage-unreadable': {
      const isDirectory = error.storage === undefined || error.storage.kind === 'directory';
      return new PortholeError({
        code: 'storage-unreadable',
        message: isDirectory
          ? `The storage ${storage} on the server cannot be read by this user.`
          : `The storage ${storage} on the server is not a directory.`,
        hint: isDirectory
          ? 'Ask its owner for read access, or log in as another user (-l USER).'
          : 'Name the directory that holds the runs: --storage DIR.',
        cause: error,
      });
    }
    case 'runtime-directory':
      return new PortholeError({
        code: 'runtime-directory',
        message: `No private directory could be made on the server: ${error.message}.`,
        hint: 'Free some space there, or remove what lies in the way; what belongs to another user only the administrator can.',
        cause: error,
      });
    default:
      return new PortholeError({
        code: 'viewer-exited',
        message: `${plan.viewer.title} could not be started on the server: ${error.message}.`,
        hint:
          plan.environment === null
            ? 'Try it again with -v, which shows what the server says.'
            : `Check the environment "${singleLine(plan.environment.name)}" (${singleLine(plan.environment.python)}).`,
        cause: error,
      });
  }
};

/** The failure behind a viewer that ended or never answered. */
export const viewerEnded = (
  viewer: Extract<ViewerState, { state: 'exited' | 'timeout' }>,
  plan: LaunchPlan,
): PortholeError => {
  const output = neutralizeControls(viewer.logTail).trim();
  const { environment } = plan;
  const where = environment === null ? '' : ` in the environment "${singleLine(environment.name)}"`;
  if (viewer.state === 'timeout' && viewer.listensAt.length > 0) {
    const place = plan.viewer.listens === 'socket' ? 'the socket' : 'the port';
    return new PortholeError({
      code: 'viewer-timeout',
      message: `${plan.viewer.title}${where} does not answer at ${place} that it was told; it listens at ${viewer.listensAt.map(singleLine).join(', ')}.`,
      hint: `Check how it takes its address: {${plan.viewer.listens}} must be where the program looks for it.`,
      output,
    });
  }
  if (viewer.state === 'timeout') {
    return new PortholeError({
      code: 'viewer-timeout',
      message: `${plan.viewer.title}${where} was started, but did not answer in time.`,
      hint: `Give it more time with --timeout SECONDS (a slow network disk needs it)${environment === null ? '.' : ', or take another environment with --env.'}`,
      output,
    });
  }
  const how = howItEnded(viewer);
  return new PortholeError({
    code: 'viewer-exited',
    message: viewer.wasReady
      ? `${plan.viewer.title}${where} ended while it was open, ${how}.`
      : `${plan.viewer.title}${where} ended before it answered, ${how}.`,
    hint:
      output === ''
        ? howToTry(plan)
        : environment === null
          ? 'The end of its output says why.'
          : 'The end of its output says why; mend that there, or take another environment with --env.',
    output,
  });
};

const howItEnded = ({ exitCode, signal }: Extract<ViewerState, { state: 'exited' }>): string => {
  if (signal !== null) return `by signal ${signal}`;
  return exitCode === null ? 'with its watchdog on the server' : `with exit status ${exitCode}`;
};

const howToTry = ({ environment, viewer }: LaunchPlan): string =>
  environment === null || viewer.comes === 'with-porthole'
    ? 'It printed nothing. Try it again with -v.'
    : `It printed nothing. Try it by hand on the server, in the environment ${singleLine(environment.prefix)}.`;
