/** Labels look alike whether sharp writes them or, where its build cannot, their outlines are drawn. */
import { expect, test } from 'vitest';
import { createTextRenderer, type TextBitmap } from '../../../src-main/render/text';

const sum = ({ alpha }: TextBitmap) => alpha.reduce((total, value) => total + value, 0);

test.each([
  ['coin', 14],
  ['Zebra crossing 0.87', 20],
  ['<b>&amp;</b>', 32],
])('%s at %i pixels', async (text, sizePx) => {
  const written = await createTextRenderer({ outlines: false }).draw(text, sizePx);
  const drawn = await createTextRenderer({ outlines: true }).draw(text, sizePx);
  expect(Math.abs(drawn.width - written.width)).toBeLessThanOrEqual(2 + written.width * 0.03);
  expect(Math.abs(drawn.height - written.height)).toBeLessThanOrEqual(2);
  expect(sum(drawn) / sum(written)).toBeGreaterThan(0.85);
  expect(sum(drawn) / sum(written)).toBeLessThan(1.15);
});

test('nothing and letters that the font lacks are no failure', async () => {
  const renderer = createTextRenderer({ outlines: true });
  expect((await renderer.draw('  ', 14)).width).toBe(0);
  expect((await renderer.draw('細胞', 14)).width).toBeGreaterThan(0);
});
