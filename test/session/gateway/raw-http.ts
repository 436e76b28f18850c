import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { connect } from 'node:net';
import { systemClock } from '../../../src/core/clock.ts';
import { silentLogger } from '../../../src/core/logger.ts';
import { createGateway } from '../../../src/session/gateway/create-gateway.ts';
import type { Gateway, GatewayOptions } from '../../../src/session/gateway/gateway.ts';

/** A gateway with the options that a test does not care about. */
export const openGateway = (options: Partial<GatewayOptions> = {}): Promise<Gateway> =>
  createGateway({
    sessionId: 'lab',
    host: 'lab',
    viewerTitle: 'Runicorn',
    auth: 'token',
    port: { kind: 'any' },
    clock: systemClock,
    logger: silentLogger,
    ...options,
  });

/** An answer, read to its end. */
export interface Answer {
  readonly status: number;
  readonly message: IncomingMessage;
  readonly body: string;
}

/** One request to a gateway by its own name and with its token, unless the headers say otherwise. */
export const ask = (
  { port, token }: Gateway,
  path: string,
  options: RequestOptions & { body?: string | Buffer } = {},
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { body, headers, ...rest } = options;
    const request = httpRequest({
      host: '127.0.0.1',
      port,
      path,
      agent: false,
      ...rest,
      headers: { host: `localhost:${port}`, authorization: `Bearer ${token}`, ...headers },
    });
    request.on('error', reject);
    request.on('response', (message) => {
      const chunks: Buffer[] = [];
      message.on('data', (chunk: Buffer) => chunks.push(chunk));
      message.on('error', reject);
      message.on('end', () =>
        resolve({
          status: message.statusCode ?? 0,
          message,
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    request.end(body);
  });

/** Sends bytes as they are and gives back all that comes until the other side ends. */
export const sendRaw = (port: number, text: string, host = '127.0.0.1'): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    let received = '';
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      received += chunk;
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(received));
    socket.write(text, 'latin1');
  });
