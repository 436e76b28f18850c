import type { Prompt } from '../api/schema/prompt.ts';

/**
 * What ssh says of a key that it does not know (sshconnect.c, check_host_key):
 *
 *     The authenticity of host 'gpu (10.0.0.7)' can't be established.
 *     ED25519 key fingerprint is SHA256:...          (or "is: SHA256:...", since OpenSSH 9.9)
 */
const HOST = /^The authenticity of host '(?<host>[^'\n]{1,600})' can't be established\.?/m;
const KEY =
  /^(?<type>[A-Z0-9-]{2,32}) key fingerprint is:? ?(?<fingerprint>[A-Za-z0-9+/=:]{10,200})\.?$/m;

/** Host, type and fingerprint from ssh's question; null where its words are others. Pure. */
export const readHostKey = (text: string): Prompt['hostKey'] => {
  const host = HOST.exec(text)?.groups?.host;
  const key = KEY.exec(text)?.groups;
  if (host === undefined || key?.type === undefined || key.fingerprint === undefined) return null;
  return { host, type: key.type, fingerprint: key.fingerprint };
};
