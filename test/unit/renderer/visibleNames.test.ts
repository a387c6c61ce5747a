/** Names with characters that hide or turn what stands around them, where the window shows them. */
import { expect, test } from 'vitest';
import { Notices } from '../../../src-renderer/session/notices.svelte';
import { problemInPlace } from '../../../src-renderer/panels/imageProblem';
import { shownName } from '../../../src-renderer/canvas/names';
import { imageRow } from './session/imageRow';

const bad = 'a\u202egnp\u0000\n\u0007\u2066.exe';
const seen = 'a\\u202egnp\\u0000\\u000a\\u0007\\u2066.exe';

test('in notices, in the place of a picture and on the canvas they are spelled out', () => {
  const notices = new Notices();
  notices.show('warning', `${bad} is empty`, [bad]);
  expect(notices.list[0]).toMatchObject({ text: `${seen} is empty`, details: [seen] });
  expect(problemInPlace(imageRow(1, { fileName: bad, problem: { code: 'empty' } }), '')).toContain(`${seen} is empty`);
  expect(shownName(bad)).toContain('\\u202e');
});
