import { shellQuote } from './command-line.ts';
import type { Failure, FailureContext } from './failure.ts';

/** The line of known_hosts that contradicts the server, and the command that takes it out. */
export const explainChangedKey = ({ stderr, host }: FailureContext): Failure => {
  const name = /^Host key for (\S+) has changed/m.exec(stderr)?.[1];
  const [, file, line] = /^Offending \S+ key in (.+):(\d+)$/m.exec(stderr) ?? [];
  const fingerprint = fingerprintIn(stderr);
  const sent = fingerprint === undefined ? '' : ` It sent ${fingerprint}.`;
  const where = file === undefined ? '' : ` The known one is in ${file}, line ${line}.`;
  const command =
    file === undefined
      ? `ssh-keygen -R ${shellQuote(name ?? host)}`
      : `ssh-keygen -f ${shellQuote(file)} -R ${shellQuote(name ?? host)}`;
  return {
    code: 'host-key-changed',
    message: `The host key of ${name ?? host} has changed.${where}${sent}`,
    hint: `Somebody may be in between. If the change is genuine (ask the administrator), remove the old key: ${command}`,
  };
};

/** The key is marked `@revoked`. */
export const explainRevokedKey = ({ host }: FailureContext): Failure => ({
  code: 'host-key-refused',
  message: `The host key of ${host} is marked as revoked.`,
  hint: 'Do not connect; ask the administrator of that machine.',
});

/** An unknown key that was not, or could not be, confirmed. */
export const explainUnverifiedKey = ({
  stderr,
  host,
  destination,
  asked = [],
}: FailureContext): Failure => {
  const prompt = asked.findLast(({ kind }) => kind === 'host-key');
  if (prompt?.outcome === 'refused' || prompt?.outcome === 'answered') {
    return {
      code: 'host-key-refused',
      message: `The host key of ${host} was not confirmed.`,
      hint: 'Compare the fingerprint with one that the administrator gives you, then open it again.',
    };
  }
  const name = /^No \S+ host key is known for (\S+)/m.exec(stderr)?.[1] ?? host;
  const fingerprint = fingerprintIn(prompt?.text ?? '');
  const sent = fingerprint === undefined ? '' : ` (${fingerprint})`;
  const why = prompt === undefined ? 'ssh may not ask about it' : 'there is no terminal to ask on';
  return {
    code: 'host-key-unknown',
    message: `The host key of ${name}${sent} is not known, and ${why}.`,
    hint: `Run \`ssh ${destination}\` once in a terminal and confirm the key there.`,
  };
};

const fingerprintIn = (text: string): string | undefined => /SHA256:[\w+/]+/.exec(text)?.[0];
