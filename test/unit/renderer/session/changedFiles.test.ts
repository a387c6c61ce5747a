/** Pictures that the window remembers are forgotten where their file is another one, and only there; the image that is open is told of. */
// @vitest-environment ./test/support/signals.ts
import { expect, it } from 'vitest';
import type { ImageRow } from '@shared/project/types';
import { ChangedFiles } from '../../../../src-renderer/session/changedFiles';
import { Notices } from '../../../../src-renderer/session/notices.svelte';

const opened = (id: number, fileStamp?: string, changed?: boolean) => ({
  image: { id, changed, fileName: `${id}.png`, problem: null } as ImageRow,
  fileStamp,
});

function files() {
  const notices = new Notices();
  const workbench = { notices, project: null } as never;
  return { notices, files: new ChangedFiles(workbench, {} as never) };
}

it('an image whose file is another than at the last opening, or than was annotated, is another one', () => {
  const { files: changed } = files();
  expect(changed.opened(opened(1, 'a'))).toBe(false);
  expect(changed.opened(opened(1, 'a'))).toBe(false);
  expect(changed.opened(opened(1, 'b', true))).toBe(true);
  // Flagged until it is kept, but seen by now.
  expect(changed.opened(opened(1, 'b', true))).toBe(false);
  expect(changed.opened(opened(1, undefined))).toBe(true);
  expect(changed.opened(opened(1, 'b'))).toBe(true);
  // It may have been fetched ahead before it changed.
  expect(changed.opened(opened(2, 'c', true))).toBe(true);
  changed.clear();
  expect(changed.opened(opened(1, 'z'))).toBe(false);
});

it('what is told of an image, and can be done about it, goes when another one is opened', () => {
  const { files: changed, notices } = files();
  changed.opened(opened(1, 'a', true));
  expect(notices.list.map(({ text, action }) => [text, action?.label])).toEqual([
    [
      '1.png has changed since it was annotated: check that its annotations still fit, or put the file back',
      'Keep this picture',
    ],
  ]);
  changed.opened(opened(2, 'b'));
  expect(notices.list).toEqual([]);
});
