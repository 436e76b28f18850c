import { PortholeError } from '../core/errors.ts';
import { nameAndVersion, singleLine } from '../core/text.ts';
import type { ProbeResult, RunningViewer } from '../remote/protocol/probe.ts';
import type { ViewerAdapter } from '../viewers/adapter.ts';
import { VIEWERS, viewerOf } from '../viewers/registry.ts';
import type { OpenRequest } from './open-request.ts';
import type { AdoptPlan, LaunchPlan } from './plan.ts';

/**
 * The viewer of this pid, which the user runs already, as a plan.
 *
 * @throws PortholeError `adopt-refused` where the probe found none
 */
export const adoptPlan = (
  { running }: Pick<ProbeResult, 'running'>,
  pid: number,
  host: string,
): AdoptPlan => {
  const found = running.find((one) => one.process.pid === pid);
  if (found === undefined) throw notRunning(running, pid, host);
  return {
    kind: 'adopt',
    running: found,
    viewer: viewerOf(found.viewer),
    viewerVersion: found.version ?? '',
    storage: found.storage ?? `process ${pid}`,
    environment: null,
  };
};

/** "TensorBoard 2.21.0 (process 4711, port 6006)" */
export const nameOfRunning = (running: RunningViewer): string => {
  const title = VIEWERS.find(({ id }) => id === running.viewer)?.title ?? running.viewer;
  const name = nameAndVersion(title, running.version ?? '');
  return singleLine(`${name} (process ${running.process.pid}, ${addressOf(running)})`);
};

/** "port 6006" */
export const addressOf = ({ endpoint }: RunningViewer): string =>
  endpoint.kind === 'tcp' ? `port ${endpoint.port}` : 'a socket';

/** One that runs already and shows this data. */
export const runningOn = (
  { running }: Pick<ProbeResult, 'running'>,
  { viewer, storage }: { readonly viewer: Pick<ViewerAdapter, 'id'>; readonly storage: string },
): RunningViewer | undefined =>
  running.find((one) => one.viewer === viewer.id && one.storage === storage);

/** What is said where one that shows the same runs already; undefined where none does. */
export const runningNote = (
  plan: LaunchPlan,
  probe: Pick<ProbeResult, 'running'>,
  host: string,
): string | undefined => {
  const same = runningOn(probe, plan);
  if (same === undefined) return undefined;
  return `${nameOfRunning(same)} already runs there on this data; porthole open ${host} --adopt ${same.process.pid} opens that one.`;
};

/**
 * What else was asked for makes no sense with a viewer that runs already.
 *
 * @throws PortholeError `usage`
 */
export const checkAdoptWishes = (request: OpenRequest): void => {
  if (request.adopt === null) return;
  const { viewer, command, environment, storage, access, choice } = request;
  const other = [
    viewer !== null && '--viewer',
    command !== null && 'a command (after --)',
    environment !== null && '--env',
    storage !== null && '--storage',
    access === 'manage' && '--manage',
    choice === 'pick' && '--pick',
  ].find((one) => one !== false);
  if (other === undefined) return;
  throw new PortholeError({
    code: 'usage',
    message: `--adopt opens a viewer as it runs: ${other} has no meaning with it.`,
    hint: 'Leave one of them away.',
  });
};

const notRunning = (running: readonly RunningViewer[], pid: number, host: string): PortholeError =>
  new PortholeError({
    code: 'adopt-refused',
    message: `Process ${pid} on ${host} is no viewer of yours that porthole knows and can reach.`,
    hint:
      running.length === 0
        ? 'None was found running there.'
        : `Found: ${running.slice(0, 6).map(nameOfRunning).join(', ')}.`,
  });

/** The failure of a viewer that is no longer the one that was found. */
export const adoptRefused = (
  { running, viewer }: Pick<AdoptPlan, 'running' | 'viewer'>,
  reason: string,
): PortholeError =>
  new PortholeError({
    code: 'adopt-refused',
    message: `${viewer.title} cannot be reached as process ${running.process.pid} any more: ${singleLine(reason)}.`,
    hint: 'It was not started by porthole, so porthole does not start it again; porthole envs HOST shows what runs there.',
  });
