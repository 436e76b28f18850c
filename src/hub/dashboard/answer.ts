import type { ServerResponse } from 'node:http';
import { OWN_ANSWER_HEADER } from '../../session/gateway/check.ts';
import type { FailureAnswer } from '../api/schema/failure.ts';
import type { ApiError } from './to-failure.ts';

/** Of every answer of the API: kept by no cache, shown in no frame, told to no one. */
export const API_HEADERS = {
  [OWN_ANSWER_HEADER]: 'own',
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
} as const;

export const sendValue = (response: ServerResponse, status: number, value: unknown): void => {
  response.writeHead(status, { ...API_HEADERS, 'Content-Type': 'application/json' });
  response.end(`${JSON.stringify(value)}\n`);
};

export const sendNothing = (response: ServerResponse, status: number): void => {
  response.writeHead(status, {
    ...API_HEADERS,
    ...(status === 204 ? {} : { 'Content-Length': 0 }),
  });
  response.end();
};

/** Answers with a failure; whatever of the body is still on its way is not waited for. */
export const sendFailure = (
  response: ServerResponse,
  { status, failure }: ApiError,
  headers: Readonly<Record<string, string>> = {},
): void => {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.shouldKeepAlive = false;
  response.writeHead(status, { ...API_HEADERS, ...headers, 'Content-Type': 'application/json' });
  response.end(`${JSON.stringify({ error: failure } satisfies FailureAnswer)}\n`);
};
