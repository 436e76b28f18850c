import type { Check } from './check.ts';
import { environments } from './checks/environments.ts';
import { here } from './checks/here.ts';
import { hub } from './checks/hub.ts';
import { leftovers } from './checks/leftovers.ts';
import { authentication, handshake, hostKey, loginShell } from './checks/login-checks.ts';
import { name } from './checks/name.ts';
import { python } from './checks/python.ts';
import { runtimeDirectory } from './checks/runtime-directory.ts';
import { server } from './checks/server.ts';
import { sshConfig } from './checks/ssh-config.ts';
import { sshProgram } from './checks/ssh-program.ts';
import { start, stop } from './checks/stand-in-checks.ts';
import { tcp } from './checks/tcp.ts';
import { agentChannel, forwardSocket, forwardTcp, multiplexing } from './checks/tunnel-checks.ts';

/** Every check, in the order of the way from here to an open viewer. */
export const CHECKS: readonly Check[] = [
  ...[here, hub, sshProgram, sshConfig, name, tcp],
  ...[handshake, hostKey, authentication, loginShell, python],
  ...[server, runtimeDirectory, leftovers, environments],
  ...[start, multiplexing, forwardSocket, forwardTcp, agentChannel, stop],
];
