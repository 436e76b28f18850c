import type { RunningOption } from '../../../../hub/api/contract.ts';
import { Button } from '../../../kit/button.tsx';
import { Callout } from '../../callout.tsx';

/** Viewers that the user runs there already: each can be opened as it is, and is left running. */
export const Running = (props: {
  readonly running: readonly RunningOption[];
  readonly isBusy: boolean;
  readonly onAdopt: (pid: number) => void;
}) => (
  <>
    {props.running.map(({ pid, title, version, at, storage }) => (
      <Callout
        key={pid}
        tone="calm"
        title={`${[title, version].filter(Boolean).join(' ')} runs there already`}
        actions={
          <Button disabled={props.isBusy} onClick={() => props.onAdopt(pid)}>
            Open process {pid} as it is
          </Button>
        }
      >
        <p>
          {storage === null ? '' : `It shows ${storage}, `}
          {at}. It is left running when you close it here.
        </p>
      </Callout>
    ))}
  </>
);
