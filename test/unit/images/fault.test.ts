/** What is wrong with an image is a code with its facts; projects up to version 7 kept sentences. */
import { expect, test } from 'vitest';
import { describeFault, faultFromSentence, type ImageFault } from '@shared/images/fault';

const kept: readonly ImageFault[] = [
  ...(['forbidden', 'folder', 'pipe', 'empty', 'not-an-image', 'unknown-kind'] as const).map((code) => ({ code })),
  { code: 'cut-off', where: 'end' },
  { code: 'cut-off', where: 'packing' },
  { code: 'too-large', megapixels: 1000 },
];

test.each(kept)('$code: its sentence in an older project is read as the code', (fault) => {
  expect(faultFromSentence(`/images/a b.png ${describeFault(fault)}`)).toEqual(fault);
});

test('a missing file, another size and anything else', () => {
  expect(faultFromSentence('the image file is missing')).toEqual({ code: 'missing' });
  const size = { code: 'size', file: [40, 20], stated: [20, 10] } as const;
  expect(faultFromSentence('the file is 40 x 20 pixels, the dataset says 20 x 10')).toEqual(size);
  expect(describeFault(size)).toBe('is 40 x 20 pixels, the dataset says 20 x 10');
  expect(faultFromSentence('/a.png is damaged: bad Huffman code')).toEqual({ code: 'damaged', detail: '' });
  expect(describeFault({ code: 'damaged', detail: '' })).toBe('is damaged');
});

test('the numbers of a fault stand in its sentence', () => {
  expect(describeFault({ code: 'unsupported', what: 'float-bits', value: 24 })).toBe(
    'cannot be read because it holds floating-point numbers of 24 bits',
  );
  expect(describeFault({ code: 'memory', pixels: 9e8, bytes: 5 * 2 ** 30, limit: 2 ** 30 })).toBe(
    'has 900 megapixels: this would take 5.0 GB of memory, and an image may take 1.0 GB here',
  );
});
