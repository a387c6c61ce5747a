/** How long notices stay: what offers to do something waits until it can be reached. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Notices } from '../../../../src-renderer/session/notices.svelte';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const undo = { label: 'Undo', run: () => undefined };
const texts = (notices: Notices) => notices.list.map(({ text }) => text);

test('a notice that a dialog covers keeps its button until the dialog was closed for a while; a sentence goes', () => {
  const notices = new Notices();
  notices.hold('dialog', true);
  notices.show('info', 'Removed', [], undo);
  notices.show('info', 'Read');
  vi.advanceTimersByTime(60_000);
  expect(texts(notices)).toEqual(['Removed']);
  notices.hold('dialog', false);
  vi.advanceTimersByTime(10_000);
  expect(texts(notices)).toEqual(['Removed']);
  vi.advanceTimersByTime(10_000);
  expect(texts(notices)).toEqual([]);
});

test('none goes under the pointer, whatever a dialog does', () => {
  const notices = new Notices();
  notices.show('info', 'Read');
  notices.hold('pointer', true);
  notices.hold('dialog', true);
  notices.hold('dialog', false);
  vi.advanceTimersByTime(60_000);
  expect(texts(notices)).toEqual(['Read']);
  notices.hold('pointer', false);
  expect(texts(notices)).toEqual([]);
});
