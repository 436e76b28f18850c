import { expect, test } from 'vitest';
import { updateViewersDocument } from '../../scripts/lib/viewers-document.ts';

const DOCUMENT = `# Viewers

<!-- results: written by npm run test:viewers -->
| viewer | version | tested on | result | open to ready |
|---|---|---|---|---|
| aim | 3.1 | 2026-01-01 | 3 passed | 9.0 s |
| mlflow | 3.0 | 2026-01-01 | 3 passed | 9.0 s |
<!-- end of results -->

After.
`;

test('results replace the rows of what was tested, and of nothing else', () => {
  const results = [
    { name: 'mlflow', version: '3.9', readyMs: 4210, passed: 2, failed: 1, skipped: 0 },
    { name: 'jupyter', version: '4.4', readyMs: undefined, passed: 0, failed: 0, skipped: 3 },
  ];
  const text = updateViewersDocument(DOCUMENT, results, '2026-02-02');
  expect(text).toContain('| aim | 3.1 | 2026-01-01 | 3 passed | 9.0 s |\n| jupyter | 4.4 |');
  expect(text).toContain('| jupyter | 4.4 | 2026-02-02 | 0 passed, 3 skipped |  |\n| mlflow |');
  expect(text).toContain('| mlflow | 3.9 | 2026-02-02 | 2 passed, **1 failed** | 4.2 s |\n<!--');
  expect(text).toMatch(/^# Viewers[\s\S]*After\.\n$/);
  expect(updateViewersDocument(text, [], '2026-03-03')).toBe(text);
});

test('a document without a place for them is refused', () => {
  expect(() => updateViewersDocument('# Viewers\n', [], '2026-02-02')).toThrow(/has no line/);
});
