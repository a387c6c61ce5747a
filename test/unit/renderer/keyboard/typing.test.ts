/** After a text field the keyboard belongs to the text, until something else is clicked or the field is left on purpose. */
import { describe, expect, it } from 'vitest';
import { Typing } from '../../../../src-renderer/keyboard/typing';
import { namesOf } from '../../../../src-renderer/panels/categories/pastedNames';

/** An element by the selectors that it, or what it is in, matches. */
const place = (...matching: readonly RegExp[]) => ({
  closest: (selector: string) => (matching.some((match) => match.test(selector)) ? ({} as never) : null),
});
const field = place(/textarea/);
const canvas = place(/application/);
const row = place();
const fieldInDialog = place(/textarea/, /dialog/);
const plain = { alt: false, ctrl: false };

describe('somebody who was typing', () => {
  it('keeps printable and editing keys when the field is gone; chords and arrows are free', () => {
    const typing = new Typing();
    expect(typing.owns('d', plain)).toBe(false);
    typing.pressed(field);
    typing.focused(field);
    // Enter closed the field, and the focus went to a list by itself.
    typing.keyed({ key: 'Enter' });
    typing.focused(row);
    for (const key of ['d', 'G', '4', ' ', 'é', '🐻', 'Backspace', 'Delete', 'Enter'])
      expect(typing.owns(key, plain)).toBe(true);
    for (const key of ['Escape', 'Tab', 'ArrowDown', 'F2', 'Home']) expect(typing.owns(key, plain)).toBe(false);
    expect(typing.owns('z', { alt: false, ctrl: true })).toBe(false);
    expect(typing.owns('3', { alt: true, ctrl: false })).toBe(false);
  });

  it.each<[string, (typing: Typing) => void]>([
    ['a click elsewhere', (typing) => typing.pressed(row)],
    ['Escape', (typing) => typing.keyed({ key: 'Escape' })],
    ['Tab', (typing) => typing.keyed({ key: 'Tab' })],
    ['F6', (typing) => typing.keyed({ key: 'F6' })],
    ['the focus given to the canvas', (typing) => typing.focused(canvas)],
  ])('is free again after %s', (_how, leave) => {
    const typing = new Typing();
    typing.pressed(field);
    typing.focused(field);
    leave(typing);
    expect(typing.owns('d', plain)).toBe(false);
  });

  it('is not somebody who chose in a dialog or popup, which gives the keyboard back', () => {
    const typing = new Typing();
    typing.focused(fieldInDialog);
    typing.pressed(fieldInDialog);
    expect(typing.owns('d', plain)).toBe(false);
  });
});

describe('a pasted list', () => {
  it('is one name a line or cell, each once; one line is split at its commas', () => {
    expect(namesOf('bear\r\n  cat \n\nbear\n')).toEqual(['bear', 'cat']);
    expect(namesOf('1\tbear\n2\tcat, wild')).toEqual(['1', 'bear', '2', 'cat, wild']);
    expect(namesOf('bear, cat,dog')).toEqual(['bear', 'cat', 'dog']);
    expect(namesOf('bear; cat')).toEqual(['bear', 'cat']);
    expect(namesOf(' brown bear ')).toEqual(['brown bear']);
    expect(namesOf('\n')).toEqual([]);
    expect(namesOf(`a\n${'x'.repeat(300)}`)[1]).toHaveLength(200);
  });
});
