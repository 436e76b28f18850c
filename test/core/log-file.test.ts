import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openLogFile } from '../../src/core/log-file.ts';
import { createFakeClock } from '../lab/fake-clock.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'porthole-log-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const path = () => join(directory, 'state', 'hub.log');
const open = (maxBytes = 10_000, where = path()) =>
  openLogFile({ path: where, maxBytes, level: 'info', pid: 7, clock: createFakeClock() });
const read = () => readFile(path(), 'utf8');

describe('the log file', () => {
  test('has one line a message, with time, process and level, for its owner only', async () => {
    const { logger, close } = open();
    logger.warn('one');
    logger.debug('below the level');
    logger.info('two');
    close();
    expect(await read()).toBe(
      '1970-01-01T00:00:00.000Z [7] warn  one\n1970-01-01T00:00:00.000Z [7] info  two\n',
    );
    expect((await stat(path())).mode & 0o777).toBe(0o600);
    expect((await stat(join(directory, 'state'))).mode & 0o777).toBe(0o700);
  });

  test('is narrowed to its owner where it was left wider', async () => {
    open().close();
    const { chmod } = await import('node:fs/promises');
    await chmod(path(), 0o644);
    open().close();
    expect((await stat(path())).mode & 0o777).toBe(0o600);
  });

  test('goes on where the process before has left it', async () => {
    for (const text of ['first', 'second']) {
      const { logger, close } = open();
      logger.info(text);
      close();
    }
    expect(await read()).toMatch(/first\n.*second\n$/);
  });

  test('keeps one older file when it is full, so that it never grows beyond twice its size', async () => {
    const { logger, close } = open(1000);
    for (let i = 0; i < 200; i++) logger.info(`message ${i}`);
    close();
    expect((await readdir(join(directory, 'state'))).sort()).toEqual(['hub.log', 'hub.log.1']);
    const older = await readFile(`${path()}.1`, 'utf8');
    const both = older + (await read());
    expect(both.length).toBeLessThanOrEqual(2000);
    expect(older.length).toBeGreaterThan(900);
    expect(both).toMatch(/message 198\n.*message 199\n$/);
    expect((await stat(`${path()}.1`)).mode & 0o777).toBe(0o600);
  });

  test('cannot be made to lie by control characters and line breaks of a server', async () => {
    const { logger, close } = open();
    logger.info('a\n2026-01-01T00:00:00.000Z [1] error forged\u001b[31m\u0007');
    close();
    const text = await read();
    expect(text.split('\n')).toHaveLength(2);
    for (const control of ['\u001b', '\u0007']) expect(text).not.toContain(control);
  });

  test('takes tokens out, should anybody log an address', async () => {
    const token = `porthole_${'aZ0-_'.repeat(9).slice(0, 43)}`;
    const { logger, close } = open();
    logger.info(`http://localhost:8081/?token=${token}&x=1 and Bearer ${token}, /porthole_viewer/`);
    close();
    const text = await read();
    expect(text).not.toContain(token.slice(9));
    expect(text).toContain('/?token=***&x=1 and Bearer porthole_***, /porthole_viewer/');
  });

  test('lets no single line push all others out', async () => {
    const { logger, close } = open(1_000_000);
    logger.info('x'.repeat(1_000_000));
    close();
    expect((await read()).length).toBeLessThan(10_000);
  });

  test('that cannot be written stops nobody', async () => {
    await writeFile(join(directory, 'file'), '');
    const { logger, close } = open(1000, join(directory, 'file', 'hub.log'));
    logger.error('lost');
    close();
    expect(await readdir(directory)).toEqual(['file']);
  });
});
