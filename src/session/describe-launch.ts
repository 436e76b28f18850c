import { PortholeError } from '../core/errors.ts';
import { nameAndVersion } from '../core/text.ts';
import type { LaunchedViewer } from './launch-viewer.ts';
import type { LaunchPlan } from './plan.ts';

/** What a launch has come to, for its step. */
export const describePlan =
  ({ viewer, viewerVersion, environment }: LaunchPlan) =>
  (): string =>
    `${nameAndVersion(viewer.title, viewerVersion)}${environment === null ? '' : ` in ${environment.name}`}`;

/** The same, of a remembered plan. */
export const describeRecall =
  (plan: LaunchPlan) =>
  (outcome: LaunchedViewer | PortholeError): string =>
    outcome instanceof PortholeError
      ? 'the remembered choice no longer holds'
      : `${describePlan(asLaunched(plan, outcome))()}, as last time`;

/** The plan with the version that the viewer says it has: it may have been upgraded since the last time. */
export const asLaunched = (plan: LaunchPlan, { version }: LaunchedViewer): LaunchPlan =>
  version === null || version === plan.viewerVersion ? plan : { ...plan, viewerVersion: version };
