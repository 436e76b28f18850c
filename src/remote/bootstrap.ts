import { PROTOCOL_VERSION } from './protocol/wire.ts';

/** The oldest Python that runs the agent, as a Python tuple. */
const OLDEST_PYTHON = '(3,8)';

/** A line from the client longer than this is no agent. */
const MAX_AGENT_LINE_BYTES = 262_144;
const MAX_AGENT_SOURCE_BYTES = 1_048_576;

/** Seconds that a candidate has to tell its version; first starts on cold network disks are slow. */
const ASK_LIMIT_S = 10;
const MAX_REJECTED = 40;

/**
 * Isolated (-I), without site-packages (-S, which the agent does not use and which cost most of the
 * start), writing no .pyc files (-B), unbuffered (-u), and paths as UTF-8 under any locale (-X utf8).
 */
const PYTHON_FLAGS = '-I -S -B -u -X utf8';

/** Of the system's own disks, and in PATH. */
const NEAR_CANDIDATES: readonly string[] = [
  '/usr/bin/python3',
  'python3',
  ...[14, 13, 12, 11, 10, 9, 8].map((minor) => `python3.${minor}`),
  '/usr/local/bin/python3',
];

/** On disks that may hang with their server, be it only to look: where nothing else will do. */
const FAR_CANDIDATES: readonly string[] = [
  ...['miniconda3', 'miniforge3', 'anaconda3', 'mambaforge'].map((name) => `~/${name}/bin/python3`),
  '/opt/*/bin/python3',
  '~/.pyenv/versions/*/bin/python3',
];

/** Where Pythons are looked for, as words of a POSIX shell, best first. */
export const PYTHON_CANDIDATES: readonly string[] = [...NEAR_CANDIDATES, ...FAR_CANDIDATES];

/** Paths that stand for themselves in every shell; any other is not remembered. */
const PLAIN_PATH = /^\/[A-Za-z0-9._/+@-]+$/;

export interface BootstrapInput {
  /** Interpreter that ran the agent on this host before, from its hello. */
  readonly rememberedPython?: string | undefined;
}

/**
 * The command that ssh runs on the server: finds a Python >= 3.8 and replaces itself by our loader in
 * it. It holds no newline, no `!`, no `\\` and no `\'`, and a single quote only round its words, so
 * that bash, zsh, dash, ash, fish and tcsh as login shells all pass it on alike.
 */
export const bootstrapCommand = ({ rememberedPython }: BootstrapInput): string => {
  const isPlain = rememberedPython !== undefined && PLAIN_PATH.test(rememberedPython);
  const script = [...(isPlain ? [runRemembered(rememberedPython)] : []), FIND_PYTHON].join('; ');
  return `exec sh -c '${script}' '${LOADER}'`;
};

/** Not asked for its version first: that would cost a start, and the loader looks for itself. */
const runRemembered = (python: string) =>
  `[ -f ${python} ] && [ -x ${python} ] && exec ${python} ${PYTHON_FLAGS} -c "$0"`;

/**
 * Asks each candidate who it really is: a name may belong to a shim or wrapper script, an old version,
 * or nothing that runs. Only what follows the mark counts of its answer.
 */
const ASK =
  'import sys;v=sys.version_info;' +
  `print(chr(30)+(v>=${OLDEST_PYTHON} and sys.executable or chr(46).join(map(str,v[:3]))))`;

const FIND_PYTHON = [
  // A candidate that hangs is given up where there is a timeout program that works as we call it.
  `t="timeout -s KILL ${ASK_LIMIT_S}"`,
  '$t true </dev/null >/dev/null 2>&1 || t=',
  'm=$(printf "\\036")',
  'r=',
  'n=0',
  // A function, since a shell looks at every pattern of a list before it takes the first word of it.
  'seek() { for p in "$@"',
  'do case $p in /*) q=$p;; *) q=$(command -v $p);; esac',
  '[ -f "$q" ] && [ -x "$q" ] || continue',
  `a=$($t "$q" -I -S -c "${ASK}" </dev/null 2>/dev/null)`,
  'case $a in *$m*) a=\u0024{a##*$m};; *) a=;; esac',
  `case $a in /*) [ -x "$a" ] && exec "$a" ${PYTHON_FLAGS} -c "$0";; esac`,
  // Words of the server's go into JSON: nothing but plain characters is kept.
  `[ $n -lt ${MAX_REJECTED} ] || continue`,
  'n=$((n+1))',
  'r="$r,\\"$(printf %s "$q $a" | tr -cd "A-Za-z0-9._/+@ -" | cut -c1-200)\\""',
  'done',
  '}',
  `seek ${NEAR_CANDIDATES.join(' ')}`,
  `seek ${FAR_CANDIDATES.join(' ')}`,
  'printf "\\036{\\"noPython\\":true,\\"rejected\\":[%s]}\\n" "\u0024{r#,}"',
  'exit 1',
].join('; ');

/**
 * Says hello, reads the agent's line from stdin, and runs it. Old versions must be able to read this
 * text, since they are told apart by it. What came after the line is handed to the agent.
 */
const LOADER = [
  'import os,sys,json,zlib,base64',
  'v=list(sys.version_info[:3])',
  'say=lambda o:os.write(1,(chr(30)+json.dumps(o)+chr(10)).encode())',
  `v<list(${OLDEST_PYTHON}) and (say({"noPython":True,"rejected":[str(sys.executable)+" "+".".join(map(str,v))]}),os._exit(1))`,
  `say({"hello":${PROTOCOL_VERSION},"python":v,"executable":sys.executable,"pid":os.getpid()})`,
  // While the agent is on its way, what it will need is imported: a round trip's time, for nothing.
  'import selectors,signal,socket,threading',
  'exec("try:import ctypes"+chr(10)+"except Exception:pass")',
  'b=bytearray()',
  `[b.extend(c) for c in iter(lambda:10 not in b and len(b)<${MAX_AGENT_LINE_BYTES} and os.read(0,65536) or b"",b"")]`,
  'line,end,rest=bytes(b).partition(b"\\n")',
  'end and line[:2]==b"# " or os._exit(1)',
  'd=zlib.decompressobj()',
  `text=d.decompress(base64.b64decode(line[2:]),${MAX_AGENT_SOURCE_BYTES})`,
  'd.eof or os._exit(1)',
  'exec(text,{"__name__":"porthole_loader","received":rest})',
].join(';');
