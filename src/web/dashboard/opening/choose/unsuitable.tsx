import type { EnvironmentOption, ViewerOption } from '../../../../hub/api/contract.ts';

import { Button } from '../../../kit/button.tsx';
import { Command } from '../../../kit/copy.tsx';
import { Callout } from '../../callout.tsx';
import type { ViewerInEnvironment } from './choice.ts';

/** Why the chosen environment cannot run the viewer: the command that mends it, and the way without. */
export const Unsuitable = (props: {
  readonly environment: EnvironmentOption;
  readonly viewer: ViewerOption;
  readonly found: ViewerInEnvironment;
  readonly onUseBundled: () => void;
}) => {
  const { environment, found } = props;
  return (
    <Callout
      tone="warn"
      title={titleOf(props)}
      actions={
        <Button variant="primary" onClick={props.onUseBundled}>
          Use the bundled viewer instead
        </Button>
      }
    >
      {environment.problems.map((problem) => (
        <p key={problem}>{problem}</p>
      ))}
      {found.install !== null && (
        <>
          <p>
            Run this on the server, then refresh; or use the bundled viewer, which needs nothing.
          </p>
          <Command text={found.install} />
        </>
      )}
    </Callout>
  );
};

const titleOf = (props: {
  readonly environment: EnvironmentOption;
  readonly viewer: ViewerOption;
  readonly found: ViewerInEnvironment;
}): string => {
  const { environment, viewer, found } = props;
  switch (found.suitability) {
    case 'too-old':
      return `${viewer.title} ${found.version} in ${environment.name} is too old: ${viewer.oldestVersion} or newer is needed`;
    case 'broken':
      return `The Python of ${environment.name} does not start`;
    default:
      return `${viewer.title} is not installed in ${environment.name}`;
  }
};
