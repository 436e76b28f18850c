import { readdir, readFile, readlink } from 'node:fs/promises';
import { z } from 'zod';
import { runOrThrow } from '../lab/run.ts';

const CONNECT = `
import errno, json, socket, sys
def outcome(path):
    try:
        socket.socket(socket.AF_UNIX).connect(path)
        return 'connected'
    except OSError as problem:
        return errno.errorcode[problem.errno]
print(json.dumps({path: outcome(path) for path in sys.argv[1:]}))
`;
/** Python that asks for the address in argv[1] and prints the status. */
export const GET = `
import sys, urllib.error, urllib.request
try:
    print(urllib.request.urlopen(sys.argv[1]).status)
except urllib.error.HTTPError as refusal:
    print(refusal.code)
`;

/** Output of Python code that the account `nobody` runs. */
export const asNobodyDo = (code: string, args: readonly string[]): Promise<string> =>
  runOrThrow({
    file: 'setpriv',
    args: ['--reuid=nobody', '--regid=nogroup', '--clear-groups', PYTHON, '-c', code, ...args],
  });

const PYTHON = '/usr/bin/python3';

/** What becomes of connecting to unix sockets as another account. */
export const tryAs = async (user: 'root' | 'nobody', sockets: readonly string[]) => {
  const said =
    user === 'root'
      ? await runOrThrow({ file: PYTHON, args: ['-c', CONNECT, ...sockets] })
      : await asNobodyDo(CONNECT, sockets);
  return z.record(z.string(), z.string()).parse(JSON.parse(said));
};

/** TCP ports that these processes listen on (/proc/net/tcp: state 0A is LISTEN, ports are hexadecimal). */
export const portsOf = async (pids: readonly number[]): Promise<readonly number[]> => {
  const inodes = new Set((await Promise.all(pids.map(socketInodesOf))).flat());
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map((name) => readFile(`/proc/net/${name}`, 'utf8')),
  );
  return tables
    .flatMap((table) => table.trim().split('\n').slice(1))
    .map((row) => row.trim().split(/\s+/))
    .filter((fields) => fields[3] === '0A' && inodes.has(fields[9] ?? ''))
    .map((fields) => Number.parseInt(fields[1]?.split(':')[1] ?? '', 16));
};

const socketInodesOf = async (pid: number): Promise<readonly string[]> => {
  const names = await readdir(`/proc/${pid}/fd`).catch(() => []);
  const links = await Promise.all(
    names.map((name) => readlink(`/proc/${pid}/fd/${name}`).catch(() => '')),
  );
  return links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []);
};
