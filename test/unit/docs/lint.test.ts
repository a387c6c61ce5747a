import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import prettier from 'prettier';
import { docPath, lintDoc } from '../../../scripts/makeLintDoc';

it('docs/lint.md is what the table of findings says', async () => {
  const tidy = (text: string) => prettier.format(text, { parser: 'markdown', proseWrap: 'preserve' });
  expect(await tidy(readFileSync(docPath, 'utf8'))).toBe(await tidy(lintDoc()));
});
