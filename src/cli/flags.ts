/** What several commands share. */
export const JSON_FLAG = {
  type: 'boolean',
  group: 'Output',
  description: 'one JSON object on stdout',
} as const;

export const VERBOSE_FLAG = {
  type: 'boolean',
  short: 'v',
  group: 'Output',
  description: 'show every ssh command',
} as const;

/** The ssh options that porthole passes on, by ssh's own letters. */
export const SSH_FLAGS = {
  config: {
    type: 'string',
    short: 'F',
    value: 'FILE',
    suggest: 'local-file',
    group: 'ssh',
    description: 'ssh config file, as ssh -F',
  },
  'ssh-port': {
    type: 'string',
    short: 'p',
    value: 'PORT',
    group: 'ssh',
    description: 'port of sshd, as ssh -p',
  },
  login: {
    type: 'string',
    short: 'l',
    value: 'USER',
    group: 'ssh',
    description: 'user there, as ssh -l',
  },
  identity: {
    type: 'list',
    short: 'i',
    value: 'KEY',
    suggest: 'local-file',
    group: 'ssh',
    description: 'key file, as ssh -i; may be repeated',
  },
  option: {
    type: 'list',
    short: 'o',
    value: 'OPT=VAL',
    group: 'ssh',
    description: 'ssh option, as ssh -o; may be repeated',
  },
  'no-mux': {
    type: 'boolean',
    group: 'ssh',
    description: 'no ControlMaster, no forward: all over one session of ssh',
  },
} as const;

/** Of `porthole open`, grouped as its help shows them. */
export const OPEN_FLAGS = {
  env: {
    type: 'string',
    value: 'NAME|PREFIX',
    suggest: 'environment',
    group: 'What to open',
    description: 'environment there, by name, prefix or interpreter',
  },
  storage: {
    type: 'string',
    value: 'DIR',
    suggest: 'storage',
    group: 'What to open',
    description: 'directory there to show',
  },
  viewer: {
    type: 'string',
    value: 'ID',
    suggest: 'viewer',
    group: 'What to open',
    description: 'viewer to start, see porthole viewers; auto looks at the data anew',
  },
  adopt: {
    type: 'string',
    value: 'PID',
    group: 'What to open',
    description: 'a viewer that you run there already, see porthole envs; it is left running',
  },
  manage: {
    type: 'boolean',
    group: 'What to open',
    description: 'let the bundled viewer edit: alias, tags, deletion of runs',
  },
  pick: {
    type: 'boolean',
    group: 'What to open',
    description: 'choose viewer, environment and storage anew',
  },
  yes: {
    type: 'boolean',
    short: 'y',
    group: 'What to open',
    description: 'take the best choice without asking',
  },
  detach: {
    type: 'boolean',
    group: 'Here',
    description: 'leave it in the background, until porthole stop',
  },
  port: {
    type: 'string',
    value: 'N',
    group: 'Here',
    description: 'local port; else the first free one from 8081',
  },
  'no-open': {
    type: 'boolean',
    group: 'Here',
    description: 'print the address, open no browser',
  },
  'no-auth': {
    type: 'boolean',
    group: 'Here',
    description: 'no token: every program on this machine may read it',
  },
  timeout: {
    type: 'string',
    value: 'S',
    group: 'Time',
    description: 'seconds to get it open (default 180)',
  },
  grace: {
    type: 'string',
    value: 'S',
    group: 'Time',
    description:
      'seconds that the viewer outlives a lost connection (default: graceS of settings.json, else 120)',
  },
  ...SSH_FLAGS,
  json: { ...JSON_FLAG, description: 'one JSON object a line on stdout' },
  verbose: VERBOSE_FLAG,
} as const;
