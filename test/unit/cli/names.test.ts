/** Names of images in datasets and of the pictures drawn from them. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { distinctNames } from '../../../src-main/cli/inputImages';
import { cutoutName, overlayNames } from '../../../src-main/cli/pictureNames';

describe('file names', () => {
  const file = (folder: string, fileName: string) => ({ path: join('/data', folder, fileName), fileName });

  test('stay as they are while they differ', () => {
    const files = [file('a', 'x.png'), file('b', 'sub/y.png')];
    expect(distinctNames(files)).toEqual(files);
  });

  test('become relative to the common folder where two are equal', () => {
    const names = distinctNames([file('a', 'x.png'), file('b', 'x.png'), file('a', 'sub/y.png')]);
    expect(names.map(({ fileName }) => fileName)).toEqual(['a/x.png', 'b/x.png', 'a/sub/y.png']);
  });

  test('overlays keep both endings where images differ only in those', () => {
    expect([...overlayNames(['a.jpg', 'sub/b.tif', 'c.png', 'c.JPG'])]).toEqual([
      ['a.jpg', 'a.png'],
      ['sub/b.tif', 'sub/b.png'],
      ['c.png', 'c.png.png'],
      ['c.JPG', 'c.JPG.png'],
    ]);
  });

  test('pictures never leave their folder', () => {
    expect(overlayNames(['../../etc/x.png']).get('../../etc/x.png')).toBe('etc/x.png');
    expect(cutoutName('/abs/y.png', 3, '../a b:c')).toBe('abs/y_3_a-b-c.png');
    expect(cutoutName('y.png', 3, '細胞')).toBe('y_3_細胞.png');
    expect(cutoutName('y.png', 3, '...')).toBe('y_3_object.png');
  });
});
