/** Names that would hide, turn or break the sentence they stand in are spelled out. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { visibleLines, visibleText } from '@shared/errors/visibleText';
import { formatInfo } from '../../../src-main/cli/lib/datasetInfo';
import { Session } from '../../../src-main/cli/lib/session';

const bad = 'a\u202egnp\u0000\n\u0007\u2066.exe';
const seen = 'a\\u202egnp\\u0000\\u000a\\u0007\\u2066.exe';

test.each([
  [bad, seen],
  ['\u200b\ufeff\u061c\u0085\u2028', '\\u200b\\ufeff\\u061c\\u0085\\u2028'],
  // Words, marks and emoji of all languages stay.
  ['क्‍ष می‌خواهم é é 👩‍🔬 ü µ 名 שלום', 'क्‍ष می‌خواهم é é 👩‍🔬 ü µ 名 שלום'],
])('%j', (name, wanted) => expect(visibleText(name)).toBe(wanted));

test('nothing is left that hides, and what is shown is not changed again', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const shown = visibleText(text);
      expect(shown).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u);
      expect(visibleText(shown)).toBe(shown);
    }),
  );
  expect(visibleLines('a\n\tb\u202e\r')).toBe('a\n\tb\\u202e\\u000d');
});

test('in tables and lines of the command line', () => {
  const info = { kind: 'coco', file: bad, images: 0, annotations: 0, imagesWithAnnotations: 0 } as const;
  const categories = [{ id: 1, name: bad, annotations: 2 }];
  const table = formatInfo({ ...info, categories, sizes: [], details: {}, findings: [] });
  expect(table.split('\n').filter((line) => line.includes(seen))).toHaveLength(2);
  let err = '';
  new Session({ out: () => undefined, err: (text) => void (err += text), isTerminal: false }).warn(`${bad} is empty`);
  expect(err).toContain('a\\u202egnp\\u0000');
});
