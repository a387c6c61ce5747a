import { describe, expect, test } from 'vitest';
import { rleToSegmentation } from '@shared/document/segmentation';
import { kmeansTool } from '../../../../src-renderer/tools/kmeans/kmeansTool';
import { EngineScript } from './engineScript';
import { maskFrom, rect } from './script';

const groups = [rect(0, 0, 64, 20), rect(0, 20, 32, 28), rect(32, 20, 32, 28)].map((rule, index) => ({
  mask: rleToSegmentation(maskFrom(rule)),
  color: '#102030',
  share: 0.33,
  chosen: index > 0,
}));

type Script = EngineScript<typeof kmeansTool.initial>;
const clusters = (s: Script, channel: string) =>
  s.answer({ channel, method: 'vision.clusters', result: { groups, notes: [] } });
const started = () => new EngineScript(kmeansTool).key('Enter');

describe('k-means', () => {
  test('groups show at once, then in full; Enter runs the method with its own choice', () => {
    const s = started();
    expect(s.waiting('preview')).toMatchObject({ method: 'vision.clusters', params: { stage: 'preview' } });
    expect(s.waiting('elbow').method).toBe('vision.elbow');
    clusters(s, 'preview');
    expect(s.waiting('final')).toMatchObject({ method: 'vision.clusters', params: { stage: 'final' } });
    s.key('Enter');
    expect(s.open.has('masks')).toBe(false);
    clusters(s, 'final');
    expect(s.run('masks')).toEqual({ method: 'kmeans', params: { clusters: 'auto' }, stage: 'final' });
    s.found('masks', maskFrom(rect(0, 20, 32, 28)), maskFrom(rect(32, 20, 32, 28)));
    expect(s.snapshot.annotations).toHaveLength(2);
    expect(s.gestures).toEqual(['Colour groups']);
    s.expectUndoRedo();
  });

  test('a click takes or leaves the group under it, a swatch too', () => {
    const s = clusters(clusters(started(), 'preview'), 'final').click(5, 5).click(40, 30);
    s.act('pick', 1).act('pick', 1).key('Enter');
    expect(s.run('masks').params).toEqual({ clusters: '0,1' });
  });

  test('nothing picked is nothing to accept', () => {
    const s = clusters(clusters(started(), 'preview'), 'final').click(5, 30).click(40, 30).key('Enter');
    expect(s.notices).toEqual(['Click the colours to take first']);
    expect(s.open.has('masks')).toBe(false);
  });

  test('another k asks again and forgets what was picked among the old groups', () => {
    const s = clusters(clusters(started(), 'preview'), 'final')
      .click(5, 5)
      .set({ params: { kmeans: { k: 3 } } });
    expect(s.waiting('preview')).toMatchObject({ params: { params: { k: 3 } } });
    clusters(clusters(s, 'preview'), 'final').key('Enter');
    expect(s.run('masks').params).toEqual({ k: 3, clusters: 'auto' });
  });

  test('a drag is another region, Esc and cancel drop everything', () => {
    const s = clusters(started(), 'preview').drag([4, 4], [20, 20]);
    expect(s.waiting('preview')).toMatchObject({ params: { box: [4, 4, 16, 16] } });
    s.key('Escape').expectUntouched();
    expect(s.open.size).toBe(0);
    expect(started().cancel().expectUntouched().open.size).toBe(0);
  });
});
