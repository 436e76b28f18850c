import * as z from 'zod';
import { ERROR_CODES } from '../../../core/errors.ts';

/** Refusals of the guard: the request never got as far as a route. */
export const REFUSAL_CODES = [
  'target',
  'host',
  'origin',
  'other-page',
  'service-worker',
  'no-token',
  'wrong-token',
  'other-account',
] as const;

/** What only the API can answer with, beside the failures of porthole itself. */
export const API_CODES = [
  /** The body is no JSON, or not of the form that the route takes; `field` tells which part. */
  'bad-request',
  /** No such path, opening, prompt, saved connection: `message` says which. */
  'not-found',
  'method-not-allowed',
  'body-too-large',
  /** A prompt, a question or a confirmation that somebody else has answered, or that nobody waits for any more. */
  'already-answered',
  /** The key file cannot be used as one; the message says why. */
  'key-unusable',
] as const;

/** A failure as the API and its events tell it. All texts are plain and free of control characters. */
export const failureSchema = z.object({
  code: z.enum([...ERROR_CODES, ...API_CODES, ...REFUSAL_CODES]),
  /** The fact, in one line. */
  message: z.string(),
  /** The next step. */
  hint: z.string().nullable(),
  /** What ssh or the viewer said, in lines. */
  output: z.string().nullable(),
  /** What is most likely behind it, the likeliest first. */
  causes: z.array(z.string()),
  /** Commands that test it, to be copied into a terminal of this machine. */
  commands: z.array(z.string()),
  /** The part of the request that is wrong, as `target.port`; null where it is none. */
  field: z.string().nullable(),
});
export type Failure = z.infer<typeof failureSchema>;
export type FailureCode = Failure['code'];

/** Body of every answer with a status of 400 and more. */
export const failureAnswerSchema = z.object({ error: failureSchema });
export type FailureAnswer = z.infer<typeof failureAnswerSchema>;
