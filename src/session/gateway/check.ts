import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { PortholeError } from '../../core/errors.ts';

/** Marks the answers that are the gateway's own; taken out of every answer of a viewer. */
export const OWN_ANSWER_HEADER = 'x-porthole';

/** Carries the secret of `check`; never handed to a viewer. */
export const CHECK_HEADER = 'x-porthole-check';

/** Answer to a check. */
export interface CheckResult {
  /** `gateway` when the request did not get through to the viewer; `body` then tells why. */
  readonly answeredBy: 'viewer' | 'gateway';
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The first 64 KiB, as UTF-8. */
  readonly body: string;
}

const MAX_BODY_BYTES = 64 * 1024;

/**
 * A GET to the gateway's own port: what a browser would get, by the way that a browser would take.
 *
 * @throws PortholeError `viewer-unhealthy` when there is no answer; the signal's reason when aborted
 */
export const checkThroughPort = (options: {
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}): Promise<CheckResult> =>
  new Promise((resolve, reject) => {
    const { port, path, headers, signal } = options;
    const fail = (error: Error) => reject(signal.aborted ? signal.reason : noAnswer(port, error));
    const request = httpRequest({
      host: '127.0.0.1',
      port,
      path,
      agent: false,
      signal,
      headers: { host: `localhost:${port}`, ...headers },
    });
    request.on('error', fail);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      const finish = () => {
        resolve({
          answeredBy: response.headers[OWN_ANSWER_HEADER] === undefined ? 'viewer' : 'gateway',
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).subarray(0, MAX_BODY_BYTES).toString('utf8'),
        });
        request.destroy();
      };
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        size += chunk.length;
        if (size >= MAX_BODY_BYTES) finish();
      });
      response.on('end', finish);
      response.on('error', fail);
    });
    request.end();
  });

const noAnswer = (port: number, cause: Error): PortholeError =>
  new PortholeError({
    code: 'viewer-unhealthy',
    message: `The gateway on port ${port} gave no answer: ${cause.message}.`,
    cause,
  });
