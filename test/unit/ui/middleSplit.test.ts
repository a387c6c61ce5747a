import { describe, expect, it } from 'vitest';
import { directionOf, middleSplit } from '../../../src-renderer/ui/middleSplit';

describe('a name on one line', () => {
  it('keeps its end, and the file of a path whole', () => {
    expect(middleSplit('cat')).toEqual(['c', 'at']);
    expect(middleSplit('scan-of-the-left-hand-side-2025-11.png')).toEqual([
      'scan-of-the-left-hand-side',
      '-2025-11.png',
    ]);
    expect(middleSplit('a/long/folder/11.png')).toEqual(['a/long/folder', '/11.png']);
  });

  it('is never cut inside a character', () => {
    expect(middleSplit('😀😀😀').join('')).toBe('😀😀😀');
    for (const text of ['😀'.repeat(9), 'e\u0301'.repeat(13), 'नमस्ते दुनिया और सब लोग', '👩‍👩‍👧'.repeat(4), '👍🏽'.repeat(7)]) {
      const [head, tail] = middleSplit(text);
      expect(head + tail).toBe(text);
      expect(tail).not.toMatch(/^[\p{M}\u200d\udc00-\udfff]/u);
      expect(head).not.toMatch(/[\u200d\ud800-\udbff]$/);
    }
  });

  it('that reads from the right keeps its last words, which stand on the left, and is cut between words only', () => {
    expect(middleSplit('إشارة مرور طويلة جدا 41')).toEqual(['إشارة مرور طويلة ', 'جدا 41']);
    expect(middleSplit('רמזור')).toEqual(['רמזור', '']);
    expect(['إشارة مرور 41', '00008 רמזור.png', 'cat', 'scan רמזור', '12'].map(directionOf)).toEqual([
      ...['rtl', 'rtl', 'ltr', 'ltr', 'ltr'],
    ]);
    // Neither order is that of two boxes.
    expect(middleSplit('scan רמזור ארוך מאוד 41')).toEqual(['scan רמזור ארוך מאוד 41', '']);
  });
});
