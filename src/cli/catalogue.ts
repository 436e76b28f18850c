import { JSON_FLAG, OPEN_FLAGS, SSH_FLAGS, VERBOSE_FLAG } from './flags.ts';
import type { CommandWords } from './words.ts';

const HOST = {
  description: 'alias of your ssh config, or user@host',
  presence: 'required',
  suggest: 'host',
} as const;

const SESSION = {
  description: 'a session, or its host where it is the only one there',
  presence: 'required',
  suggest: 'session',
} as const;

/** Every command, in the order of the help text. The fast path of completion loads this and no command. */
export const CATALOGUE = {
  open: {
    name: 'open',
    summary: 'open the viewer that runs on HOST',
    description:
      'Opens the experiment viewer that runs on HOST in the local browser, and keeps it open until Ctrl+C. The first time it asks which environment and storage; the answer is remembered.',
    examples: [
      'porthole gpu-server',
      'porthole gpu-server --detach',
      'porthole open gpu-server --env pytorch-env --storage /data/experiments',
      'porthole open ada@10.0.0.7 -p 2222 --pick',
      'porthole open gpu-server --viewer tensorboard --storage ~/runs',
      'porthole open gpu-server -- my-viewer --uds {socket} {storage}',
    ],
    positionals: { host: HOST },
    rest: {
      name: 'COMMAND ARGS...',
      description: 'a viewer of your own; it serves {socket} or {port}, may use {storage}',
    },
    flags: OPEN_FLAGS,
  },
  viewer: {
    name: 'viewer',
    summary: 'the dashboard: all of this by mouse',
    description:
      'Opens the dashboard in the local browser: connect, choose, open and watch by mouse. With porthole running already, its dashboard is shown; else this one runs until Ctrl+C. Also as `porthole dashboard`, or `porthole` alone.',
    examples: ['porthole', 'porthole viewer --detach', 'porthole viewer --port 9000 --no-open'],
    positionals: {},
    flags: {
      port: {
        type: 'string',
        value: 'N',
        description: 'local port, exactly this one (default 23300, or the next free one)',
      },
      'no-open': OPEN_FLAGS['no-open'],
      detach: OPEN_FLAGS.detach,
      verbose: VERBOSE_FLAG,
    },
  },
  envs: {
    name: 'envs',
    summary: 'environments and storage roots on HOST',
    description: 'Shows the Python environments, storage roots and GPUs found on HOST.',
    examples: ['porthole envs gpu-server', 'porthole envs gpu-server --json'],
    positionals: { host: HOST },
    flags: {
      timeout: { type: 'string', value: 'S', description: 'seconds to wait (default 60)' },
      ...SSH_FLAGS,
      json: JSON_FLAG,
      verbose: VERBOSE_FLAG,
    },
  },
  doctor: {
    name: 'doctor',
    summary: 'why HOST does not open',
    description:
      'Makes every step on the way to an open viewer by itself, over a login of its own, and names the first that fails, its cause and what helps. The report holds no secret: it can be pasted into a bug tracker.',
    examples: ['porthole doctor gpu-server', 'porthole doctor gpu-server --json'],
    positionals: { host: HOST },
    flags: {
      timeout: { type: 'string', value: 'S', description: 'seconds for the login (default 60)' },
      ...SSH_FLAGS,
      json: { ...JSON_FLAG, description: 'one JSON object a line on stdout' },
      verbose: VERBOSE_FLAG,
    },
  },
  here: {
    name: 'here',
    summary: "this machine's own storage, without ssh",
    description:
      "Opens the bundled viewer on this machine's own storage, without ssh, in the local browser, and keeps it open until Ctrl+C. Without DIR it takes the storage of last time, or the one that it finds.",
    examples: ['porthole here', 'porthole here ~/experiments', 'porthole here . --manage'],
    positionals: {
      dir: { description: 'storage root to show', presence: 'optional', suggest: 'local-file' },
    },
    flags: {
      manage: OPEN_FLAGS.manage,
      port: OPEN_FLAGS.port,
      'no-open': OPEN_FLAGS['no-open'],
      'no-auth': OPEN_FLAGS['no-auth'],
      detach: OPEN_FLAGS.detach,
      json: OPEN_FLAGS.json,
      verbose: VERBOSE_FLAG,
    },
  },
  hosts: {
    name: 'hosts',
    summary: 'aliases of your ssh config',
    description: 'Lists the aliases of your ssh config, Include files followed.',
    examples: ['porthole hosts'],
    positionals: {},
    flags: { config: SSH_FLAGS.config, json: JSON_FLAG },
  },
  ls: {
    name: 'ls',
    summary: 'what is open',
    description: 'Lists what is open.',
    examples: ['porthole ls', 'porthole ls --json'],
    positionals: {},
    flags: { json: JSON_FLAG },
  },
  url: {
    name: 'url',
    summary: 'the address of a session',
    description: 'Prints the address of a session, with its token.',
    examples: ['porthole url gpu-server'],
    positionals: { session: SESSION },
    flags: { json: JSON_FLAG },
  },
  logs: {
    name: 'logs',
    summary: 'the output of its viewer',
    description: 'Prints what the viewer of a session has written.',
    examples: ['porthole logs gpu-server', 'porthole logs gpu-server -f'],
    positionals: { session: SESSION },
    flags: {
      follow: { type: 'boolean', short: 'f', description: 'go on until Ctrl+C' },
      lines: { type: 'string', short: 'n', value: 'N', description: 'last lines (default 100)' },
    },
  },
  retry: {
    name: 'retry',
    summary: 'reconnect now',
    description: 'Reconnects a session now; ssh may ask for a password again, here.',
    examples: ['porthole retry gpu-server'],
    positionals: { session: SESSION },
    flags: {},
  },
  reap: {
    name: 'reap',
    summary: 'remove what was left on HOST',
    description:
      'Lists what lies on HOST of your sessions, opened from whatever machine, and removes what nobody holds any more. porthole does the same at each connect, when the grace time of what it finds is over.',
    examples: ['porthole reap gpu-server', 'porthole reap gpu-server --json'],
    positionals: { host: HOST },
    flags: {
      timeout: { type: 'string', value: 'S', description: 'seconds to wait (default 60)' },
      ...SSH_FLAGS,
      json: JSON_FLAG,
      verbose: VERBOSE_FLAG,
    },
  },
  stop: {
    name: 'stop',
    usage: 'SESSION|HOST|--all',
    summary: 'end viewer and tunnel, leave nothing behind',
    description:
      'Ends viewer and tunnel of a session, of all on a host, or of all; leaves nothing behind.',
    examples: ['porthole stop gpu-server', 'porthole stop --all'],
    positionals: {
      session: { ...SESSION, description: 'a session, or a host', presence: 'optional' },
    },
    flags: {
      all: { type: 'boolean', description: 'stop everything that is open' },
      json: JSON_FLAG,
    },
  },
  viewers: {
    name: 'viewers',
    summary: 'every viewer, and what it needs',
    description:
      'Lists every viewer that porthole can open, what it needs on the server, what counts as its data and what it may do there; your own among them.',
    examples: ['porthole viewers', 'porthole viewers --json', 'porthole viewers --schema'],
    positionals: {},
    flags: {
      schema: { type: 'boolean', description: 'JSON Schema of a file that describes one of yours' },
      json: JSON_FLAG,
    },
  },
  completion: {
    name: 'completion',
    summary: 'completion for bash, zsh or fish',
    description:
      'Prints the script that completes commands, options, hosts, sessions and environments in your shell. Load it in the shell’s start-up file.',
    examples: [
      "echo 'source <(porthole completion bash)' >> ~/.bashrc",
      "echo 'source <(porthole completion zsh)' >> ~/.zshrc      # after compinit",
      'porthole completion fish > ~/.config/fish/completions/porthole.fish',
    ],
    positionals: {
      shell: { description: 'bash, zsh or fish', presence: 'required', suggest: 'shell' },
    },
    flags: {},
  },
} as const satisfies Readonly<Record<string, CommandWords>>;

export type CommandName = keyof typeof CATALOGUE;

/** The other name of `viewer`. */
const DASHBOARD = 'dashboard';

/** A command by the word that was typed. */
export const commandNamed = (word: string): CommandName | undefined =>
  word === DASHBOARD
    ? 'viewer'
    : Object.hasOwn(CATALOGUE, word)
      ? (word as CommandName)
      : undefined;
