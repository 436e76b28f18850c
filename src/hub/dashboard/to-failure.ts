import { exitCodeOf, PortholeError } from '../../core/errors.ts';
import { neutralizeControls, singleLine } from '../../core/text.ts';
import type { SshTarget } from '../../ssh/target.ts';
import type { Failure, FailureCode } from '../api/schema/failure.ts';
import { adviceFor } from './failure-advice.ts';

/** A failure of the API itself, or one of porthole's with the part of the request that is to blame. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly failure: Failure;

  constructor(status: number, given: Pick<Failure, 'code' | 'message'> & Partial<Failure>) {
    super(given.message);
    this.status = status;
    this.failure = { ...NOTHING_MORE, ...given };
  }
}

const NOTHING_MORE = { hint: null, output: null, causes: [], commands: [], field: null };

/** A PortholeError as the API tells it; with a target, what may be behind it and how to test that. */
export const toFailure = (error: PortholeError, target?: SshTarget): Failure => ({
  ...NOTHING_MORE,
  code: error.code,
  message: singleLine(error.message),
  hint: error.hint === undefined ? null : singleLine(error.hint),
  output: error.output === undefined ? null : neutralizeControls(error.output),
  ...(target === undefined ? {} : adviceFor(error.code, target)),
});

/** A failure of porthole's as an answer to a request; `field` names the part of it that is wrong. */
export const asApiError = (error: PortholeError, field: string | null = null): ApiError =>
  new ApiError(statusOf(error), { ...toFailure(error), field });

const statusOf = ({ code }: PortholeError): number => {
  if (code === 'session-unknown') return 404;
  return exitCodeOf(code) === 1 ? 500 : 422;
};

/** Whatever was thrown, as an answer. */
export const answerToThrown = (thrown: unknown): ApiError => {
  if (thrown instanceof ApiError) return thrown;
  if (thrown instanceof PortholeError) return asApiError(thrown);
  return new ApiError(500, {
    code: 'internal',
    // What was thrown is for the log: it may hold what was sent.
    message: 'Unexpected failure in porthole.',
    hint: 'This is a bug; please report it with the end of hub.log in its state directory.',
  });
};

/** No such thing. */
export const notFound = (message: string, hint: string | null = null): ApiError =>
  new ApiError(404, { code: 'not-found' satisfies FailureCode, message, hint });
