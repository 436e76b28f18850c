import { posix } from 'node:path';
import { PortholeError } from '../../core/errors.ts';
import type { DataSign } from '../../remote/protocol/probe.ts';
import type { PackagedViewer, ViewerCapability } from '../adapter.ts';
import { servedBy } from '../command/placeholders.ts';
import type { OwnViewer } from './schema.ts';

/**
 * The adapter that a user's file describes. Its command is run as it is, word by word.
 *
 * @throws PortholeError `usage` for placeholders that make no sense
 */
export const ownViewer = (own: OwnViewer): PackagedViewer => {
  const { id, title, token, health } = own;
  if (own.command.some((word) => word.includes('{token}'))) throw tokenInWords();
  const listens = servedBy(own.command);
  const healthyWhen = health.status === 'any' ? 'any-answer' : 'ok';
  return {
    ...{ comes: 'in-environment', id, title, listens, healthyWhen },
    distributions: own.packages.map(({ name, oldest }) => ({
      distribution: name,
      oldestVersion: oldest,
    })),
    capability: CAPABILITIES[own.can],
    notice: own.notice ?? NOTICES[own.can]?.(title),
    data: own.data.map(signOf),
    takes: own.storage,
    withoutStorage: own.command.some((word) => word.includes('{storage}')) ? 'refuse' : 'home',
    ...(token === undefined
      ? {}
      : { token: { header: token.header, value: (secret) => fillToken(token.value, secret) } }),
    healthPath: health.path,
    slowStartS: own.slowStartS,
    launch: ({ python, secret }) => ({
      argv: own.command.map((word) =>
        fillToken(
          word.replaceAll('{python}', () => python),
          secret,
        ),
      ),
      env: Object.fromEntries(
        Object.entries(own.env).map(([name, value]) => [name, fillToken(value, secret)]),
      ),
      searchFirst: posix.dirname(python),
      cwd: '{storage}',
      input: '',
      endpoint: listens,
      healthPath: health.path,
      healthyWhen,
    }),
  };
};

const tokenInWords = (): PortholeError =>
  new PortholeError({
    code: 'usage',
    message: '{token} has no place in a command: every account of the server can read its words.',
    hint: 'Hand it over by a variable, in "env".',
  });

const fillToken = (text: string, secret: string): string =>
  text.replaceAll('{token}', () => secret);

const CAPABILITIES: Readonly<Record<OwnViewer['can'], ViewerCapability>> = {
  read: 'reads',
  write: 'may-write',
  'run-code': 'executes-code',
};

const NOTICES: Readonly<Record<OwnViewer['can'], ((title: string) => string) | undefined>> = {
  read: undefined,
  write: (title) => `${title} may change what is in the storage.`,
  'run-code': (title) =>
    `${title} runs code on the server, with all the rights of your account there.`,
};

const signOf = (sign: OwnViewer['data'][number]): DataSign =>
  'file' in sign
    ? {
        kind: 'file',
        name: sign.file,
        ...(sign.contains === undefined ? {} : { contains: sign.contains }),
      }
    : { kind: 'directory', name: sign.directory };
