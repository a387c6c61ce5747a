import { describe, expect, test } from 'vitest';
import { CONTESTANTS } from '../../../../src-renderer/tools/bakeoff/bakeoffState';
import { bakeoffTool } from '../../../../src-renderer/tools/bakeoff/bakeoffTool';
import { EngineScript, resultOf } from './engineScript';
import { maskFrom, pixels, pixelsOf, rect, rleAnnotation } from './script';

class WithModel extends EngineScript<typeof bakeoffTool.initial> {
  override get context() {
    return { ...super.context, models: [{ id: 'nuclei', name: 'Nuclei' }] };
  }
}

const boxed = () => new WithModel(bakeoffTool).drag([10, 5], [30, 25]);
const entries = (s: WithModel) => (s.state.kind === 'working' ? s.state.entries : []);
const entry = (s: WithModel, channel: string) => entries(s).find((one) => one.channel === channel)!;

describe('bake-off', () => {
  test('every method and the model are asked at once, each for the same box', () => {
    const s = boxed();
    expect([...s.open.keys()]).toEqual([...CONTESTANTS.map(({ method }) => `method:${method}`), 'model:nuclei']);
    expect(s.run('method:watershed')).toMatchObject({ box: [10, 5, 20, 20], stage: 'final' });
    expect(s.waiting('model:nuclei')).toMatchObject({ method: 'app.runModel', params: { model: 'nuclei' } });
  });

  test('agreement is asked anew with each mask that comes, and belongs to those that are there', () => {
    const s = boxed();
    s.found('method:wand', maskFrom(rect(10, 5, 5, 10)));
    s.found('method:grabcut', maskFrom(rect(10, 5, 10, 10)));
    s.fail('method:kmeans', 'Out of memory');
    const found = ['method:grabcut', 'method:wand'].map((channel) => entry(s, channel));
    expect(found.map(({ agreement }) => agreement)).toEqual([null, null]);
    expect(s.waiting('agreement')).toMatchObject({
      method: 'vision.agreement',
      params: {
        masks: found.map((one) => one.found!.proposal.segmentation),
        families: ['grabcut', 'colour'],
      },
    });
    s.answer({ channel: 'agreement', method: 'vision.agreement', result: [1, 0.5] });
    expect(entry(s, 'method:grabcut').agreement).toBe(1);
    expect(entry(s, 'method:wand').agreement).toBe(0.5);
    expect(entry(s, 'method:kmeans').agreement).toBeNull();
  });

  test('a method is asked for one mask; of a model the instance nearest to the box counts', () => {
    const s = boxed();
    expect(s.run('method:threshold')).toMatchObject({ joined: true });
    const masks = [maskFrom(rect(40, 30, 8, 8)), maskFrom(rect(11, 6, 18, 18))];
    s.answer({ channel: 'model:nuclei', method: 'app.runModel', result: resultOf('model', {}, masks) });
    expect(entry(s, 'model:nuclei').found?.proposal.bbox).toEqual([11, 6, 18, 18]);
  });

  test('a number accepts that result with its provenance; the rest is dropped', () => {
    const s = boxed().found('method:threshold', maskFrom(rect(12, 7, 10, 10)));
    s.act('take', 1);
    expect(pixelsOf(s.annotation(1000))).toEqual(pixels(rect(12, 7, 10, 10)));
    expect(s.annotation(1000).provenance?.tool).toBe('threshold');
    expect(s.gestures).toEqual(['Bake-off: Threshold']);
    expect(s.open.size).toBe(0);
    s.expectUndoRedo();
  });

  test('what is not there yet, found nothing or failed is not accepted, and the others go on', () => {
    const s = boxed().act('take', 0).found('method:threshold').act('take', 1).fail('method:wand', 'Out of memory');
    expect(s.notices).toEqual(['Not there yet', 'Threshold found nothing here']);
    expect(entry(s, 'method:wand').problem).toBe('Out of memory');
    expect(s.patches).toEqual([]);
    expect(s.open.has('method:kmeans')).toBe(true);
  });

  test('on the selected annotation the accepted result remakes it', () => {
    const s = new WithModel(bakeoffTool, [rleAnnotation(5, rect(10, 5, 8, 8))], [5]).key('Enter');
    s.found('method:grabcut', maskFrom(rect(10, 5, 9, 9))).key('Enter');
    expect(pixelsOf(s.annotation(5))).toEqual(pixels(rect(10, 5, 9, 9)));
    s.expectUndoRedo();
  });

  test('Esc closes and cancels them all', () => {
    const s = boxed().key('Escape');
    s.expectUntouched();
    expect(s.open.size).toBe(0);
  });
});
