import type { Prompt } from '../../../hub/api/contract.ts';

/** How a question of ssh is put before a person. */
export interface PromptWords {
  readonly title: string;
  /** `type`: something is typed; `decide`: yes or no; `wait`: nothing is asked. */
  readonly form: 'type' | 'decide' | 'wait';
  /** Of the field, where something is typed. */
  readonly label: string;
  /** What the button says that goes on. */
  readonly go: string;
  /** What happens with the answer, in a sentence. */
  readonly note: string;
}

const NOWHERE = 'It goes to ssh and is kept nowhere.';

export const describePrompt = ({ kind, host }: Prompt): PromptWords => {
  switch (kind) {
    case 'host-key':
      return {
        title: `Is this ${host}?`,
        form: 'decide',
        label: '',
        go: 'Accept and connect',
        note: 'You have not connected to it before. Compare the fingerprint with the one its administrator gives. Once accepted, ssh writes it to your known_hosts, and no longer asks.',
      };
    case 'password':
      return { ...typed('Password', 'Sign in'), title: `Password for ${host}` };
    case 'passphrase':
      return { ...typed('Passphrase', 'Unlock'), title: 'Passphrase of your key' };
    case 'code':
      return { ...typed('Code', 'Continue'), title: `Code for ${host}` };
    case 'text':
      return { ...typed('Answer', 'Continue'), title: `${host} asks` };
    case 'confirmation':
      return { title: `ssh asks, for ${host}`, form: 'decide', label: '', go: 'Yes', note: '' };
    case 'notice':
      return {
        title: 'Touch your key',
        form: 'wait',
        label: '',
        go: '',
        note: 'This goes by itself once you have.',
      };
    default:
      return kind satisfies never;
  }
};

const typed = (label: string, go: string): Omit<PromptWords, 'title'> => ({
  ...{ form: 'type', label, go, note: NOWHERE },
});
