// Starts a lab, says where, and ends: as it should, or (`crash`) as by the kernel.
import { join } from 'node:path';
import { runnerImport } from 'vite';

const { module } = await runnerImport(join(import.meta.dirname, 'lab.ts'));
const lab = await module.startLab({ account: {} });
console.log(JSON.stringify({ directory: lab.directory, user: lab.user }));
if (process.argv[2] === 'crash') process.kill(process.pid, 'SIGKILL');
await lab[Symbol.asyncDispose]();
