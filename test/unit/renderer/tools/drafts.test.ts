/** Every tool that can be left in the middle of something goes on from its draft as if it had never been left. */
import { describe, expect, test } from 'vitest';
import { rleToSegmentation } from '@shared/document/segmentation';
import { fromBox } from '@shared/mask';
import { toolById } from '../../../../src-renderer/tools';
import type { ToolState } from '../../../../src-renderer/tools/tool';
import { EngineScript } from './engineScript';
import { maskFrom, pixels, pixelsOf, polygonAnnotation, rect, rectRing, rleAnnotation, SIZE } from './script';

type Script = EngineScript<ToolState>;

const object = rleAnnotation(5, rect(10, 10, 20, 20));
const script = (id: string, selection: readonly number[] = []): Script =>
  new EngineScript(toolById(id)!, [object], selection);

/** Through JSON into a new script, as a restart does. */
function resumed(from: Script, change?: (to: Script) => void): Script {
  const { id, drafts } = from.tool;
  const data = JSON.parse(JSON.stringify(drafts!.save(from.state))) as unknown;
  const to = script(id);
  change?.(to);
  expect(drafts!.describe(data)).not.toBe('');
  return to.attempt(() => drafts!.resume(data, to.context));
}

const saved = ({ tool, state }: Script) => tool.drafts!.save(state);
const asked = ({ open }: Script) => [...open.values()];

describe('a draft is gone on with', () => {
  test('polygon, into an annotation', () => {
    const s = script('polygon', [5]).click(40, 10, { shift: true }).click(50, 10).click(50, 20);
    const to = resumed(s);
    expect(to.state).toEqual({ ...s.state, hover: { x: 50, y: 20 } });
    to.click(40, 20).key('Enter');
    s.click(40, 20).key('Enter');
    expect(to.snapshot).toEqual(s.snapshot);
  });

  test('polygon: what it was to be added to is gone', () => {
    const s = script('polygon', [5]).click(40, 10, { alt: true }).click(50, 10).click(50, 20);
    const to = resumed(s, (fresh) => fresh.replace([]));
    expect(to.notices).toEqual(['Annotation 5, which this cut from, is gone: it makes a new one']);
    to.click(40, 20).key('Enter');
    expect(pixelsOf(to.annotation(1000))).toEqual(pixels(rect(40, 10, 10, 10)));
  });

  test('lasso: drawn on from its last point, or ended', () => {
    const begun = () =>
      script('lassoAdd')
        .down(4, 4)
        .move(Array.from({ length: 20 }, (_, i) => [4 + i, 4] as const));
    const whole = begun().move([[23, 14], [4, 14]]).up(4, 5); // prettier-ignore
    const drawnOn = resumed(begun()).down(23, 6).move([[23, 14], [4, 14]]).up(4, 5); // prettier-ignore
    expect(pixelsOf(drawnOn.annotation(1000))).toEqual(pixelsOf(whole.annotation(1000)));
    const ended = resumed(begun().move([[23, 14], [4, 14]])).key('Enter'); // prettier-ignore
    expect(pixelsOf(ended.annotation(1000))).toEqual(pixels(rect(4, 4, 19, 10)));
    expect(resumed(begun()).key('Escape').state.kind).toBe('idle');
  });

  test('split line, with what it cuts selected again', () => {
    const to = resumed(script('split', [5]).click(20, 5).click(20, 15))
      .click(20, 40)
      .key('Enter');
    expect(to.gestures).toEqual(['Split']);
    expect(to.snapshot.annotations).toHaveLength(2);
    const gone = resumed(script('split', [5]).click(20, 5).click(20, 15), (fresh) => fresh.replace([]));
    expect([gone.state.kind, gone.notices]).toEqual(['idle', ['What this line was to split is gone']]);
  });

  test('scissors: the wires are found again', () => {
    const s = script('scissors').click(5, 5).click(15, 5).click(15, 15);
    const to = resumed(s);
    expect(to.state).toMatchObject({ seeds: [[5, 5], [15, 5], [15, 15]], wires: [null, null] }); // prettier-ignore
    expect(asked(to).map(({ channel }) => channel)).toEqual(['segment-0', 'segment-1', 'live']);
  });

  test('GrabCut: box, strokes and parameters give the same question', () => {
    const s = script('grabcut').drag([5, 5], [40, 40]);
    s.set({ params: { grabcut: { iterations: 9 } } });
    s.found('preview', maskFrom(rect(8, 8, 20, 20))).drag([10, 10], [20, 20]);
    const to = resumed(s);
    expect(to.run('preview')).toEqual(s.run('preview'));
    expect(to.settings.params.grabcut).toEqual({ iterations: 9 });
    expect(saved(to)).toEqual(saved(s));
    // The settings that came with it are the tool's now: they are no change.
    const before = to.asked.length;
    to.send({ type: 'context' });
    expect(to.asked).toHaveLength(before);
  });

  test('GrabCut on an annotation that is gone goes on in its box; on one that changed, from what it is', () => {
    const s = script('grabcut', [5]).key('Enter');
    const gone = resumed(s, (fresh) => fresh.replace([]));
    expect(gone.run('preview')).toMatchObject({ box: [10, 10, 20, 20] });
    expect(gone.notices).toEqual(['Annotation 5 is gone: this goes on in its box, as a new one']);
    const changed = resumed(s, (fresh) => fresh.replace([rleAnnotation(5, rect(10, 10, 8, 8))]));
    expect(changed.run('preview').within).toEqual(rleToSegmentation(fromBox([10, 10, 8, 8], ...SIZE)));
    expect(changed.notices).toEqual(['Annotation 5 has changed since: this goes on from what it is now']);
    expect(resumed(s).notices).toEqual([]);
  });

  test('watershed: the markers and the next label', () => {
    const s = script('watershed').drag([2, 2], [40, 40]).click(6, 6).key('q').click(16, 6);
    const to = resumed(s);
    expect(to.run('preview')).toEqual(s.run('preview'));
    expect(to.state).toMatchObject({ label: 2 });
  });

  test('threshold: a result that was not accepted; a click does not throw it away either', () => {
    const s = script('threshold').key('Enter');
    s.set({ params: { threshold: { threshold: 90 } } });
    expect(resumed(s).run('preview')).toEqual(s.run('preview'));
    s.found('preview', maskFrom(rect(8, 8, 20, 20)));
    const before = saved(s);
    s.click(30, 30);
    expect([saved(s), s.state.kind]).toEqual([before, 'working']);
    s.down(30, 30);
    s.move([[50, 40]]).key('Escape');
    expect([saved(s), s.state.kind]).toEqual([before, 'working']);
    s.drag([20, 20], [40, 40]);
    expect(s.run('preview')).toMatchObject({ box: [20, 20, 20, 20] });
  });

  test('colour groups: the groups picked', () => {
    const group = (rule: (x: number, y: number) => boolean) => ({
      mask: rleToSegmentation(maskFrom(rule)),
      color: '#112233',
      share: 0.5,
      chosen: false,
    });
    const groups = [group(rect(0, 0, 32, 48)), group(rect(32, 0, 32, 48))];
    const answer = (to: Script) =>
      to.answer({ channel: 'preview', method: 'vision.clusters', result: { groups, notes: [] } });
    const s = answer(script('kmeans').key('Enter')).click(40, 5);
    const to = answer(resumed(s));
    expect(to.state).toMatchObject({ picked: [1] });
    // A box that is given up leaves the groups as they were.
    s.down(5, 5);
    s.move([[30, 30]]);
    expect(saved(s)).toEqual(saved(to));
    s.key('Escape');
    expect(s.state).toMatchObject({ kind: 'working', picked: [1] });
    // On other pixels the groups are others.
    const onObject = answer(script('kmeans', [5]).key('Enter')).click(12, 12);
    const changed = resumed(onObject, (fresh) => fresh.replace([rleAnnotation(5, rect(10, 10, 8, 8))]));
    expect(changed.state).toMatchObject({ picked: null });
  });

  test('magic wand: every click is asked for again', () => {
    const s = script('wand').click(5, 5).click(40, 40, { shift: true });
    const to = resumed(s);
    expect(asked(to)).toEqual([...s.open.values()].map((ask) => ({ ...ask })));
    const cut = script('wand', [5]).click(12, 12, { alt: true });
    const gone = resumed(cut, (fresh) => fresh.replace([]));
    expect([gone.state.kind, gone.notices]).toEqual(['idle', ['The annotation that this cut from is gone']]);
    const added = script('wand', [5]).click(40, 40, { shift: true });
    expect(resumed(added, (fresh) => fresh.replace([])).state).toMatchObject({
      scope: { kind: 'image' },
      picks: [{ mode: 'new' }],
    });
  });

  test('bake-off: everybody tries again', () => {
    const s = script('bakeoff').drag([5, 5], [40, 40]);
    expect(asked(resumed(s))).toEqual(asked(s));
  });
});

describe('what is no draft', () => {
  test('an idle tool, a first point, and a tool without a middle', () => {
    expect(saved(script('polygon'))).toBeNull();
    expect(saved(script('polygon').click(5, 5))).toBeNull();
    expect(saved(script('grabcut'))).toBeNull();
    for (const id of ['select', 'box', 'brush', 'eraser', 'fill']) expect(toolById(id)!.drafts).toBeUndefined();
  });

  test.each([
    ['polygon', { goal: { kind: 'new' }, points: [1, 2, 3] }],
    ['polygon', { goal: { kind: 'add' }, points: [1, 2, 3, 4] }],
    ['grabcut', { scope: { kind: 'box', box: [1, 2, 3] }, strokes: [], label: 1, params: {} }],
    ['wand', { scope: { kind: 'image' }, params: {}, picks: [] }],
    ['superpixels', null],
    ['scissors', 'text'],
  ])('%s refuses %j with a sentence', (id, data) => {
    const { drafts } = toolById(id)!;
    const s = new EngineScript(toolById(id)!, [polygonAnnotation(1, [{ outer: rectRing(1, 1, 4, 4), holes: [] }])]);
    expect(() => drafts!.resume(data, s.context)).toThrow(/^The unfinished work cannot be read: /);
    expect(() => drafts!.describe(data)).toThrow(/^The unfinished work cannot be read: /);
  });
});
