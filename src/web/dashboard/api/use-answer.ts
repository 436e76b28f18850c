import { useCallback, useEffect, useState } from 'preact/hooks';
import type { Failure } from '../../../hub/api/contract.ts';
import { failureFrom } from './call.ts';

/** What came of a question to the hub. */
export type Answered<Answer> =
  | { readonly kind: 'asking' }
  | { readonly kind: 'here'; readonly answer: Answer }
  | { readonly kind: 'failed'; readonly failure: Failure };

/**
 * Asks when the component appears, and again when one of `inputs` changes or `ask` is called; the
 * last answer stays until the next one. Null asks nothing.
 */
export const useAnswer = <Answer>(
  question: ((signal: AbortSignal) => Promise<Answer>) | null,
  inputs: readonly unknown[],
): Answered<Answer> & { readonly ask: () => void } => {
  const [state, setState] = useState<Answered<Answer>>({ kind: 'asking' });
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const abort = new AbortController();
    question?.(abort.signal).then(
      (answer) => {
        if (!abort.signal.aborted) setState({ kind: 'here', answer });
      },
      (error: unknown) => {
        if (!abort.signal.aborted) setState({ kind: 'failed', failure: failureFrom(error) });
      },
    );
    return () => abort.abort();
  }, [...inputs, turn]);
  return { ...state, ask: useCallback(() => setTurn((one) => one + 1), []) };
};
