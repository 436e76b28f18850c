import type { IncomingMessage } from 'node:http';
import { type GuardRules, guardRequest, type Verdict } from './guard.ts';
import { peerAccount } from './peer-account.ts';
import type { Tickets } from './tickets.ts';

/** What a front of ours on loopback, a gateway or the hub, lets requests in by. */
export interface Admission {
  readonly rules: Omit<GuardRules, 'tickets'>;
  readonly tickets: Tickets;
  /** The account that tickets are for. */
  readonly uid: number;
}

/** The guard's verdict on a request; uses up no ticket. */
export const judge = (
  request: IncomingMessage,
  { rules, tickets }: Pick<Admission, 'rules' | 'tickets'>,
): Verdict => {
  const { method = '', url = '', rawHeaders } = request;
  const given = { method, url, port: portOf(request), rawHeaders };
  return guardRequest(given, { ...rules, tickets: tickets.valid() });
};

/** As `judge`; a ticket, which may have been read by others, is used up and is for our own account alone. */
export const admit = async (request: IncomingMessage, input: Admission): Promise<Verdict> => {
  const verdict = judge(request, input);
  if (verdict.kind !== 'login' || verdict.ticket === null) return verdict;
  input.tickets.take(verdict.ticket);
  const account = (await peerAccount(request.socket)) ?? input.uid;
  // Root reads what it likes in any case; the browser of a Windows host comes through one of its programs.
  if (account === input.uid || account === 0) return verdict;
  return { kind: 'refuse', status: 403, reason: 'other-account', path: verdict.location };
};

/** Our own port, from the connection: right also before the binding of both addresses is done. */
export const portOf = ({ socket }: IncomingMessage): number => socket.localPort ?? 0;
