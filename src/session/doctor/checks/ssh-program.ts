import { knowsAskpassRequire, type SshVersion } from '../../../ssh/find-ssh.ts';
import { defineCheck } from '../check.ts';
import type { Finding } from '../report.ts';

interface Facts {
  readonly path: string;
  readonly version: SshVersion | undefined;
}

/** The user's ssh program. */
export const sshProgram = defineCheck<Facts>({
  id: 'ssh',
  title: 'ssh here',
  byHand: () => 'ssh -V',
  look: (bench) => bench.ssh(),
  judge: (facts) => judgeSsh(facts),
});

/** Old ones ask their questions only where DISPLAY is set; what is no OpenSSH may lack what porthole needs. */
export const judgeSsh = ({ path, version }: Facts): Finding => {
  if (version === undefined) {
    return {
      verdict: 'warning',
      fact: path,
      cause: `${path} does not say that it is OpenSSH.`,
      remedy:
        'porthole needs ControlMaster and -O forward as OpenSSH has them; PORTHOLE_SSH names another program.',
    };
  }
  const fact = `${version.text} (${path})`;
  if (knowsAskpassRequire(version)) return { verdict: 'ok', fact };
  return {
    verdict: 'warning',
    fact,
    cause: `This ssh is ${version.major}.${version.minor}; from 8.4 on it lets porthole ask for passwords and codes in every case.`,
    remedy: 'Install a newer OpenSSH, or load the key into an ssh agent.',
  };
};
