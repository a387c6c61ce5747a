import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import prettier from 'prettier';
import { docPath, formatsDoc } from '../../../scripts/makeFormatsDoc';

it('docs/formats.md is what the registry of formats says', async () => {
  const tidy = (text: string) => prettier.format(text, { parser: 'markdown', proseWrap: 'preserve' });
  expect(await tidy(readFileSync(docPath, 'utf8'))).toBe(await tidy(formatsDoc()));
});
