/** What notices say of a change, with names of any length. */
import { describe, expect, it } from 'vitest';
import { emptyPatch } from '@shared/document/patch';
import type { Annotation, Category } from '@shared/document/types';
import { tellOf } from '../../../../src-renderer/session/told';
import { shortName } from '../../../../src-renderer/session/wording';

const long = `scan of the left hand side ${'and more '.repeat(20)}2025-11`;
const categories = [
  { id: 1, name: 'cat' },
  { id: 2, name: long },
] as unknown as Category[];
const of = (id: number, categoryId: number) => ({ id, categoryId }) as unknown as Annotation;

describe('a name in a sentence', () => {
  it('gives way in its middle, between whole characters, and stays where it is short', () => {
    expect(shortName('cat')).toBe('cat');
    expect(shortName('x'.repeat(40))).toBe('x'.repeat(40));
    expect(shortName(long)).toBe('scan of the left hand si…nd more 2025-11');
    expect([...shortName('😀'.repeat(50))]).toHaveLength(40);
    expect(shortName('😀'.repeat(50)).replace('…', '')).toBe('😀'.repeat(39));
  });

  it('is short in what is told of a deletion and of another category', () => {
    const short = shortName(long);
    expect(tellOf({ ...emptyPatch, removed: [of(7, 2)] }, categories)).toBe(`Deleted ${short} · ID 7`);
    const updated = [[of(7, 2), of(7, 1)] as const];
    expect(tellOf({ ...emptyPatch, updated }, categories)).toBe(`${short} → cat`);
  });
});
