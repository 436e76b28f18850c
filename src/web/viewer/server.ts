import { signal } from '@preact/signals';
import { ApiError, jsonOf } from '../kit/api-client.ts';
import { setServerTime } from '../kit/now.ts';
import type { ServerInfo } from './api-types.ts';

/** What is known of the server: nothing yet, its own words, or why there are none. */
export type ServerState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'known'; readonly info: ServerInfo }
  | { readonly kind: 'failed'; readonly error: ApiError };

export const server = signal<ServerState>({ kind: 'loading' });

/** Takes in who the server says it is. */
export const learnServer = (info: ServerInfo): void => {
  setServerTime(info.now);
  server.value = { kind: 'known', info };
};

/** Asks the server who it is; again after the connection was lost. What was known stays. */
export const loadServer = async (): Promise<void> => {
  try {
    learnServer(await jsonOf(window.takeFirst('info')));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (server.peek().kind !== 'known') server.value = { kind: 'failed', error };
  }
};

/** Whether runs may be changed here. Reads the signal. */
export const mayManage = (): boolean => server.value.kind === 'known' && server.value.info.manage;
