import { singleLine } from '../core/text.ts';
import type { HostFacts } from '../remote/protocol/wire.ts';

/** Why a viewer was not found again, as far as the server's own word tells; for the user. Pure. */
export const restartNote = (before: HostFacts | undefined, now: HostFacts): string => {
  const sameMachine = before?.machineId === now.machineId && before?.hostname === now.hostname;
  if (before !== undefined && !sameMachine) {
    return `another machine answers now (${singleLine(now.hostname)}, before it was ${singleLine(before.hostname)}); the viewer was started anew there`;
  }
  if (before !== undefined && before.bootId !== now.bootId) {
    return 'the server has been started again meanwhile, and so has the viewer';
  }
  return 'the viewer had ended meanwhile and was started again';
};
