/** Names of images in datasets and of the pictures drawn from them. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { distinctNames } from '../../../src-main/cli/lib/inputImages';
import { cutoutName, overlayNames } from '@shared/dataset/outputNames';

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
    expect(overlayNames(['a.jpg', 'sub/b.tif', 'c.png', 'c.JPG'])).toEqual([
      'a.png',
      'sub/b.png',
      'c.png.png',
      'c.JPG.png',
    ]);
  });

  test('no picture takes the name of another, whatever the records are called', () => {
    expect(overlayNames(['f.png', 'f.png', 'F.PNG', 'f_2.png'])).toEqual([
      'f.png.png',
      'f.png_2.png',
      'F.PNG_3.png',
      'f_2.png',
    ]);
    expect(overlayNames(['g.png', 'g.png'])).toEqual(['g.png', 'g_2.png']);
    expect(overlayNames(['t\\a.png', 't/a.png'])).toEqual(['t/a.png.png', 't/a.png_2.png']);
    expect(overlayNames(['http://host:80/up/my%20photo.png'])).toEqual(['up/my%20photo.png']);
  });

  test('pictures never leave their folder', () => {
    expect(overlayNames(['../../etc/x.png'])).toEqual(['etc/x.png']);
    expect(cutoutName('/abs/y.png', 3, '../a b:c')).toBe('abs/y_3_a-b-c.png');
    expect(cutoutName('y.png', 3, '細胞')).toBe('y_3_細胞.png');
    expect(cutoutName('y.png', 3, '...')).toBe('y_3_object.png');
  });
});
