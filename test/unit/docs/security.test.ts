/** The pages on security and on faults name the tests that prove them: each line names one, and each is there by that name. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');

const rows = [...read('docs/security.md').matchAll(/^\| (?!Who|---)([^|]+) \| ([^|]+) \| ([^|]+) \|$/gm)].map(
  ([, who, what, proof]) => ({ line: `${who.trim()} must not ${what.trim()}`, proof: proof.trim() }),
);

describe('docs/security.md', () => {
  test('has a line for each who may be hostile', () => {
    const lines = rows.map(({ line }) => line).join('\n');
    for (const who of ['The page', 'A project file', 'A dataset', 'An image', 'A model', 'A name']) {
      expect(lines).toContain(who);
    }
    expect(rows.length).toBeGreaterThan(12);
  });

  test.each(rows)('$line: its test is there', ({ proof }) => {
    // A file, and after a colon the beginning of what its test is called.
    const named = proof.split('; ').map((each) => /^`(test\/[\w./-]+\.test\.ts)`(?:: (.+))?$/.exec(each));
    expect(named.every(Boolean), proof).toBe(true);
    for (const [, file, title] of named.map((match) => match!)) {
      expect(existsSync(join(root, file)), file).toBe(true);
      const titles = [...read(file).matchAll(/\b(?:test|it|describe)(?:\.each[\s\S]*?\))?\(\s*(['`"])(.*?)\1/g)].map(
        ([, , found]) => found,
      );
      expect(titles.length, file).toBeGreaterThan(0);
      if (title)
        expect(
          titles.filter((each) => each.startsWith(title) || each.includes(title)),
          title,
        ).not.toEqual([]);
    }
  });
});

test('docs/reliability.md names tests that are there', () => {
  const files = [...read('docs/reliability.md').matchAll(/`(test\/[\w./-]+\.ts)`/g)].map(([, file]) => file);
  expect(files.length).toBeGreaterThan(3);
  expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
});
