import { describe, expect, it } from 'vitest';
import { targetOfDrop } from '../../../../src-renderer/session/dropped';

const file = (path: string) => ({ path, isFolder: false });

describe('what is dropped on the window', () => {
  it('is opened as what it is', () => {
    expect(targetOfDrop([{ path: '/data/images.json', isFolder: true }])).toEqual({
      kind: 'folder',
      path: '/data/images.json',
    });
    expect(targetOfDrop([file('/data/a.JSON')])).toEqual({ kind: 'dataset', path: '/data/a.JSON' });
    expect(targetOfDrop([file('C:\\data\\a.maskwright')])).toEqual({ kind: 'project', path: 'C:\\data\\a.maskwright' });
  });

  it('is refused with a sentence that names it', () => {
    const fault = (items: Parameters<typeof targetOfDrop>[0]) => (targetOfDrop(items) as { fault: string }).fault;
    expect(fault([file('/data/cat.png')])).toMatch(/^cat\.png cannot be opened: drop a folder/);
    expect(fault([file('C:\\data\\notes.txt')])).toMatch(/^notes\.txt cannot/);
    expect(fault([file('/a.json'), file('/b.json')])).toMatch('2 things');
    expect(fault([file('')])).toMatch('save it in a folder first');
    expect(fault([])).toMatch('drop a folder or a file');
  });
});
