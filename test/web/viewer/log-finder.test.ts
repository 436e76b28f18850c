import { afterEach, expect, test, vi } from 'vitest';
import { createLogFinder } from '../../../src/web/viewer/logs/log-finder.ts';

afterEach(() => vi.unstubAllGlobals());

/** A server with a match in every tenth line, which comes `reach` lines far with each answer. */
const serve = ({ matches, reach }: { readonly matches: number; readonly reach: number }) => {
  const asked: string[] = [];
  const answer = (params: URLSearchParams) => {
    const [from, limit] = [Number(params.get('from')), Number(params.get('limit'))];
    const all = Array.from({ length: matches }, (_, i) => i * 10).filter(
      (line) => line >= from && line < from + reach,
    );
    const to = from + reach < matches * 10 ? from + reach : null;
    const [line, rest] = [all.slice(0, limit), all.slice(limit)];
    return { line, next: rest[0] ?? to, rest: rest.length, to };
  };
  vi.stubGlobal('fetch', async (url: string) => {
    const params = new URL(url, 'http://localhost/').searchParams;
    asked.push(`${params.get('from')} ${params.get('limit')}`);
    return Response.json(answer(params));
  });
  return asked;
};

const find = async (text = 'x') => {
  const jumps: number[] = [];
  const finder = createLogFinder((line) => jumps.push(line));
  finder.start({ run: 'r', text, isRegex: false });
  await vi.waitFor(() =>
    expect(finder.finding.value).toMatchObject({ isSearching: false, isCounted: true }),
  );
  return { finder, jumps };
};

test('the first match is gone to, and all are counted', async () => {
  serve({ matches: 1200, reach: 4000 });
  const { finder, jumps } = await find();
  expect(jumps).toEqual([0]);
  expect(finder.finding.value).toMatchObject({ at: 0, total: 1200 });
  expect(finder.finding.value.lines).toHaveLength(400);
});

test('the next ones are brought when the last that is here was passed, and the first follows the last', async () => {
  const asked = serve({ matches: 1200, reach: 100_000 });
  const { finder, jumps } = await find();
  expect(asked).toEqual(['0 500']);
  for (let step = 0; step < 1200; step += 1) await finder.step(1);
  expect(asked).toEqual(['0 500', '5000 500', '10000 500']);
  expect(jumps.slice(-2)).toEqual([11_990, 0]);
  expect(finder.finding.value).toMatchObject({ at: 0, total: 1200, next: null });
});

test('back from the first one is the last one', async () => {
  serve({ matches: 12_000, reach: 100_000 });
  const { finder, jumps } = await find();
  await finder.step(-1);
  expect(jumps).toEqual([0, 119_990]);
  expect(finder.finding.value).toMatchObject({ at: 11_999, total: 12_000 });
});

test('a match that is far into the log is waited for', async () => {
  vi.stubGlobal('fetch', async (url: string) => {
    const from = Number(new URL(url, 'http://localhost/').searchParams.get('from'));
    return Response.json(
      from < 300
        ? { line: [], next: from + 100, rest: 0, to: from + 100 }
        : { line: [321], next: null, rest: 0, to: null },
    );
  });
  const { finder, jumps } = await find();
  expect(jumps).toEqual([321]);
  expect(finder.finding.value).toMatchObject({ total: 1 });
});

test('what the server says against it is told', async () => {
  const error = { code: 'bad-parameter', message: 'This is no regular expression.' };
  vi.stubGlobal('fetch', async () => Response.json({ error }, { status: 400 }));
  const { finder } = await find();
  expect(finder.finding.value).toMatchObject({ error: error.message, lines: [] });
});
