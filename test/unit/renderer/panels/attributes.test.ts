import { describe, expect, it } from 'vitest';
import {
  attributesOf,
  commonAttributes,
  noteOf,
  parseAttribute,
  withAttribute,
  withNote,
} from '../../../../src-renderer/panels/inspector/attributes';
import { createAnnotation } from '@shared/document/segmentation';

const annotation = (extra: Record<string, unknown> = {}) =>
  createAnnotation({ id: 12, imageId: 1, categoryId: 1, segmentation: null, zOrder: 1, extra }, [10, 10]);

describe('attributes', () => {
  it('are set and taken away without touching what else the record has', () => {
    const before = annotation({ attributes: { list: [1], size: 3 }, mine: 1 });
    expect(attributesOf(before)).toEqual([{ name: 'size', value: 3 }]);
    const after = withAttribute(before, 'size', 4);
    expect(after.extra).toEqual({ mine: 1, attributes: { list: [1], size: 4 } });
    expect(Object.keys(after.extra.attributes as object)).toEqual(['list', 'size']);
    expect(withAttribute(after, 'size', undefined).extra).toEqual({ mine: 1, attributes: { list: [1] } });
    expect(withAttribute(annotation({ attributes: { a: 1 } }), 'a', undefined).extra).toEqual({});
    expect(withAttribute(before, 'size', 3)).toBe(before);
    const listed = annotation({ attributes: ['a'] });
    expect(withAttribute(listed, 'size', 3)).toBe(listed);
  });

  it('are read from what is typed', () => {
    expect(['true', '12', '-0.5', '1e3', ' 7 ', '1 2', '', 'x', '1.2.3'].map(parseAttribute)).toEqual([
      true,
      12,
      -0.5,
      1000,
      7,
      '1 2',
      '',
      'x',
      '1.2.3',
    ]);
  });

  it('of several annotations show what they have in common', () => {
    const list = [annotation({ attributes: { a: 1, b: 'x' } }), annotation({ attributes: { a: 1, b: 'y', c: true } })];
    expect(commonAttributes(list)).toEqual([
      { name: 'a', value: 1 },
      { name: 'b', value: null },
      { name: 'c', value: null },
    ]);
  });

  it('notes are a key of their own, and an empty note is none', () => {
    const noted = withNote(annotation({ mine: 1 }), 'look again');
    expect(noted.extra).toEqual({ mine: 1, note: 'look again' });
    expect(noteOf(noted)).toBe('look again');
    expect(withNote(noted, '').extra).toEqual({ mine: 1 });
    expect(noteOf(annotation({ note: 5 }))).toBe('');
  });
});
