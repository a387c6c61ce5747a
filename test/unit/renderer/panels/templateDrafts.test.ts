import { describe, expect, it } from 'vitest';
import { emptyDraft, fromDrafts, toDraft } from '../../../../src-renderer/panels/categories/templateDrafts';
import { attributeIn } from '../../../../src-renderer/panels/inspector/attributes';
import { createAnnotation } from '@shared/document/segmentation';
import type { AttributeTemplate } from '@shared/document/types';

describe('attribute templates as they are typed', () => {
  it('are what they were when nothing is changed', () => {
    const templates: readonly AttributeTemplate[] = [
      { name: 'note', kind: 'text', default: 'none' },
      { name: 'age', kind: 'number', default: 0.5 },
      { name: 'age2', kind: 'number' },
      { name: 'side', kind: 'choice', choices: ['left', 'right side'], default: 'left' },
      { name: 'worn', kind: 'yes-no', default: false },
    ];
    expect(fromDrafts(templates.map(toDraft))).toEqual({ templates });
  });

  it('tidy names and choices', () => {
    const draft = { ...emptyDraft(), name: ' side ', kind: 'choice' as const, choices: ' left,, right , left,' };
    expect(fromDrafts([draft])).toEqual({ templates: [{ name: 'side', kind: 'choice', choices: ['left', 'right'] }] });
  });

  it('say what is wrong', () => {
    const fault = (changes: object) => fromDrafts([{ ...emptyDraft(), name: 'n', ...changes }]);
    expect(fault({ name: ' ' })).toEqual({ fault: 'An attribute needs a name' });
    expect(fault({ kind: 'number', default: 'x' })).toEqual({ fault: 'The default of “n” is not a number' });
    expect(fault({ kind: 'choice', choices: ', ' })).toEqual({ fault: '“n” needs choices, separated by commas' });
    expect(fault({ kind: 'choice', choices: 'a', default: 'b' })).toEqual({
      fault: 'The default of “n” is not one of its choices',
    });
    expect(fromDrafts([emptyDraft(), emptyDraft()].map((draft) => ({ ...draft, name: 'n' })))).toEqual({
      fault: 'There are two attributes “n”',
    });
  });
});

it('a field of several annotations shows what all have, that they differ, or nothing', () => {
  const of = (value?: unknown) =>
    createAnnotation(
      { id: 1, imageId: 1, categoryId: 1, segmentation: null, zOrder: 1, extra: { attributes: { a: value } } },
      [9, 9],
    );
  expect(attributeIn([of(1), of(1)], 'a')).toBe(1);
  expect(attributeIn([of(1), of(2)], 'a')).toBeNull();
  expect(attributeIn([of(1), of()], 'a')).toBeNull();
  expect(attributeIn([of(), of()], 'a')).toBeUndefined();
  expect(attributeIn([of(false)], 'a')).toBe(false);
});
