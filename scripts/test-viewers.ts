/**
 * `npm run test:viewers`: every viewer that porthole has an adapter for, with its package from PyPI,
 * driven as a user drives it. The environments are made once on a machine. What was tested, and when,
 * goes into docs/viewers.md. Arguments are names of viewers; all unless told.
 */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { $ } from 'zx';
import { setUpForTests } from '../test/lab/set-up.ts';
import { type DocumentedResult, updateViewersDocument } from './lib/viewers-document.ts';

const DOCUMENT = 'docs/viewers.md';
const names = process.argv.slice(2);

const reportSchema = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      assertionResults: z.array(z.object({ status: z.string(), title: z.string() })),
    }),
  ),
});
const resultSchema = z.object({ version: z.string(), readyMs: z.number() });

await setUpForTests();
const directory = await mkdtemp(join(tmpdir(), 'porthole-viewers-'));
try {
  const file = join(directory, 'report.json');
  const { exitCode } = await $({
    nothrow: true,
    quiet: true,
    preferLocal: true,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, PORTHOLE_VIEWER_RESULTS: join(directory, 'results') },
  })`vitest run --config vite.viewers.config.ts --reporter=default --reporter=json --outputFile.json=${file} ${names}`;
  const report = reportSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  const results = await Promise.all(report.testResults.map(documented));
  const text = await readFile(DOCUMENT, 'utf8');
  const today = new Date().toISOString().slice(0, 10);
  await writeFile(DOCUMENT, updateViewersDocument(text, results, today));
  console.log(`The results are in ${DOCUMENT}.`);
  process.exitCode = exitCode ?? 1;
} finally {
  await rm(directory, { recursive: true, force: true });
}

async function documented(
  one: z.infer<typeof reportSchema>['testResults'][number],
): Promise<DocumentedResult> {
  const name = one.name.replace(/.*\//, '').replace(/\.(viewer|test)\.ts$/, '');
  const found = join(directory, 'results', `${name}.json`);
  const kept: readonly string[] = await readdir(join(directory, 'results')).catch(() => []);
  const measured = kept.includes(`${name}.json`)
    ? resultSchema.parse(JSON.parse(await readFile(found, 'utf8')))
    : undefined;
  const statuses = one.assertionResults.map(({ status }) => status);
  return {
    name,
    version: measured?.version ?? '?',
    readyMs: measured?.readyMs,
    passed: statuses.filter((status) => status === 'passed').length,
    failed: statuses.filter((status) => status === 'failed').length,
    skipped: statuses.filter((status) => !['passed', 'failed'].includes(status)).length,
  };
}
