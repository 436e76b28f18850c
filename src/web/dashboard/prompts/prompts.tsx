import { prompts } from '../state/hub.ts';
import { PromptDialog } from './prompt-dialog.tsx';

/** What ssh asks now: one after the other, the oldest first. */
export const Prompts = () => {
  const [first, ...more] = prompts.value;
  return first === undefined ? null : (
    <PromptDialog key={first.id} prompt={first} more={more.length} />
  );
};
