import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { transformWithOxc } from 'vite';

const HELPER = new URL('../../../src/ssh/askpass/helper.ts', import.meta.url);

/** Writes an executable that does what the command line does in its askpass mode; returns its path. */
export const makeAskpassProgram = async (directory: string): Promise<string> => {
  const { code } = await transformWithOxc(await readFile(HELPER, 'utf8'), 'helper.ts');
  await writeFile(join(directory, 'helper.mjs'), code);
  const path = join(directory, 'askpass.mjs');
  await writeFile(path, `#!${process.execPath}\n${MAIN}`);
  await chmod(path, 0o700);
  return path;
};

const MAIN = `
import { askBroker } from './helper.mjs';
const { PORTHOLE_ASKPASS: socketPath, PORTHOLE_ASKPASS_SECRET: secret, SSH_ASKPASS_PROMPT: hint = '' } = process.env;
const answer = await askBroker({ socketPath, secret, hint, text: process.argv[2] ?? '' });
if (answer === undefined) process.exitCode = 1;
else process.stdout.write(answer + '\\n');
`;
