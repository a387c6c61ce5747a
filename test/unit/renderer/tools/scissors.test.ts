import { describe, expect, test } from 'vitest';
import { scissorsTool } from '../../../../src-renderer/tools/scissors/scissorsTool';
import { EngineScript, resultOf } from './engineScript';
import { maskFrom, pixels, pixelsOf, rect, rectRing } from './script';

type Script = EngineScript<typeof scissorsTool.initial>;
const wire = (s: Script, channel: string, path: number[]) =>
  s.answer({ channel, method: 'vision.wire', result: { path, from: [0, 0], to: [0, 0] } });
const script = (): Script => new EngineScript(scissorsTool);
const shapes = (s: Script) => scissorsTool.preview(s.state, s.context);

describe('intelligent scissors', () => {
  test('a seed asks for what is around it; moving asks from the last seed; the wire shows when it comes', () => {
    const s = script().click(10, 5);
    expect(s.waiting('live')).toMatchObject({ method: 'vision.wire', params: { from: [10, 5], to: [10, 5] } });
    s.move([[20, 8]]);
    expect(s.waiting('live')).toMatchObject({ params: { from: [10, 5], to: [20, 8] } });
    wire(s, 'live', [10, 5, 15, 5, 20, 8]);
    expect(shapes(s)).toContainEqual({ kind: 'polyline', points: [10, 5, 15, 5, 20, 8], dashed: true });
  });

  test('a second seed fixes the wire between them, straight until it is found', () => {
    const s = script().click(10, 5).click(30, 5);
    expect(shapes(s)).toContainEqual({ kind: 'polyline', points: [10, 5, 30, 5] });
    expect(s.waiting('segment-0')).toMatchObject({ params: { from: [10, 5], to: [30, 5] } });
    wire(s, 'segment-0', [10, 5, 20, 3, 30, 5]);
    expect(shapes(s)).toContainEqual({ kind: 'polyline', points: [10, 5, 20, 3, 30, 5] });
  });

  test.each(['Enter', 'double click'])('%s closes: the method itself with all seeds gives the mask', (how) => {
    const s = script().click(10, 5).click(30, 5);
    if (how === 'Enter') s.click(30, 25).key('Enter');
    else s.doubleClick(30, 25);
    const params = { seeds: '10,5 30,5 30,25' };
    expect(s.run('mask')).toEqual({ method: 'scissors', params, stage: 'final' });
    s.found('mask', maskFrom(rect(10, 5, 20, 20)));
    expect(pixelsOf(s.annotation(1000))).toEqual(pixels(rect(10, 5, 20, 20)));
    expect(s.annotation(1000).provenance).toMatchObject({ tool: 'scissors', params });
    s.expectUndoRedo();
  });

  test('the outline that the engine drew is the annotation: a polygon', () => {
    const s = script().click(10, 5).click(30, 5).click(30, 25).key('Enter');
    const { method, params } = s.run('mask');
    const result = resultOf(method, params, [maskFrom(rect(10, 5, 20, 20))]);
    const outline = rectRing(10, 5, 20, 20);
    const proposals = result.proposals.map((proposal) => ({ ...proposal, outline }));
    s.answer({ channel: 'mask', method: 'vision.run', result: { ...result, proposals } });
    expect(s.annotation(1000).segmentation).toEqual({ kind: 'polygons', parts: [{ outer: outline, holes: [] }] });
    expect(s.annotation(1000).area).toBe(400);
    s.expectUndoRedo();
  });

  test('Backspace removes the last place, down to none; Esc drops it all; nothing stays asked', () => {
    const s = script().click(10, 5).click(30, 5).key('Backspace');
    expect(s.open.has('segment-0')).toBe(false);
    expect(s.state).toMatchObject({ seeds: [[10, 5]], wires: [] });
    s.key('Backspace').expectUntouched();
    expect(s.open.size).toBe(0);
    const t = script().click(10, 5).click(30, 5).key('Escape');
    t.expectUntouched();
    expect(t.open.size).toBe(0);
  });

  test('two places are no outline; a click outside the image is none either', () => {
    const s = script().click(-5, 5);
    s.expectUntouched();
    s.click(10, 5).click(30, 5).key('Enter');
    expect(s.notices).toEqual(['Click inside the image', 'An outline needs three places']);
    expect(s.open.has('mask')).toBe(false);
  });

  test('an outline without pixels is said and can be gone on with', () => {
    const s = script().click(10, 5).click(30, 5).click(30, 25).key('Enter').found('mask');
    expect(s.patches).toEqual([]);
    expect(s.notices).toHaveLength(1);
    s.click(10, 25);
    expect(s.state).toMatchObject({ closing: false, seeds: { length: 4 } });
  });
});
