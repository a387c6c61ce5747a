import { describe, expect, test } from 'vitest';
import { rleToSegmentation, segmentationToRle } from '@shared/document/segmentation';
import type { Annotation } from '@shared/document/types';
import type { PromptAnswer } from '@shared/models/types';
import { area, iou, type Rle, toBbox, trace } from '@shared/mask';
import { smartSelectTool } from '../../../../src-renderer/tools/smartSelect/smartSelectTool';
import { EngineScript } from './engineScript';
import { maskFrom, pixels, pixelsOf, polygonAnnotation, rect, rectRing, rleAnnotation } from './script';
import { isUnhandled, NO_CATEGORY } from '../../../../src-renderer/tools/tool';

const small = maskFrom(rect(4, 4, 6, 6));
const large = maskFrom(rect(4, 4, 12, 12));
const model = { id: 'smart-select', sha256: '0'.repeat(64) };

type Script = EngineScript<Parameters<typeof smartSelectTool.reduce>[0]>;
const script = (
  ...args: ConstructorParameters<typeof EngineScript> extends [unknown, ...infer R] ? R : never
): Script => new EngineScript(smartSelectTool, ...args);

let nextId = 1;
function answerOf(...masks: readonly Rle[]): PromptAnswer {
  const candidates = masks.map((mask) => ({
    id: nextId++,
    segmentation: rleToSegmentation(mask),
    bbox: toBbox(mask),
    area: area(mask),
    predictedIou: 0.9,
    stability: 0.9,
  }));
  return { candidates, model, ms: 50 };
}

/** Answers what waits on the channel. */
function found(s: Script, channel: string, ...masks: readonly Rle[]): PromptAnswer {
  s.waiting(channel);
  const result = answerOf(...masks);
  s.answer({ channel, method: 'inference.prompt', result });
  return result;
}

function request(s: Script, channel = 'answer') {
  const ask = s.waiting(channel);
  if (ask.method !== 'inference.prompt') throw new Error(`${channel} asks ${ask.method}`);
  return ask.params;
}

const FINISH = { finish: { rim: true } };

const masksIn = (s: Script) =>
  smartSelectTool.preview(s.state, s.context).flatMap((shape) => (shape.kind === 'mask' ? [[...shape.counts]] : []));

/** A project that prefers polygons. */
class PolygonScript extends EngineScript<Parameters<typeof smartSelectTool.reduce>[0]> {
  override get context() {
    return { ...super.context, smartPolygons: true };
  }
}

describe('smart select', () => {
  test('a project that prefers polygons gets them, near the mask and with few vertices, and is told how near', () => {
    // A disc, a hole in it, and a piece beside it.
    const round = maskFrom((x, y) => {
      const squared = (x - 14.5) ** 2 + (y - 14.5) ** 2;
      return (squared < 130 && squared > 9) || (x > 28 && y > 26);
    });
    const s = new PolygonScript(smartSelectTool).click(10, 10);
    found(s, 'answer', round);
    s.key('Enter');
    const { segmentation, area: pixelCount, provenance } = s.annotation(1000);
    if (segmentation?.kind !== 'polygons') throw new Error('It is no polygon');
    const mask = segmentationToRle(segmentation, round.size);
    const near = iou([mask], [round], [false])[0];
    expect(near).toBeGreaterThanOrEqual(0.98);
    expect(pixelCount).toBe(area(mask));
    expect(provenance?.edits).toBe(0);
    const vertices = segmentation.parts.flatMap(({ outer, holes }) => [outer, ...holes]).flat().length / 2;
    const edges =
      trace(round)
        .flatMap(({ outer, holes }) => [outer, ...holes])
        .flat().length / 2;
    expect(vertices).toBeLessThan(edges);
    const said = /^Polygon of (\d+) vertices, IoU (\d\.\d{3}) with the mask$/.exec(s.notices.at(-1) ?? '')!;
    expect(Number(said[1])).toBe(vertices);
    expect(Math.abs(Number(said[2]) - near)).toBeLessThan(0.001);
  });

  test('a click asks, Tab shows the other masks, Enter takes the one shown and the next click begins anew', () => {
    const s = script().click(6, 7.25);
    expect(request(s)).toEqual({ points: [{ x: 6, y: 7.25, isInside: true }], ...FINISH });
    found(s, 'answer', small, large);
    expect(masksIn(s)).toEqual([[...small.counts]]);
    s.key('Tab').key('Tab').key('Tab');
    expect(masksIn(s)).toEqual([[...large.counts]]);
    s.key('Enter');
    expect(pixelsOf(s.annotation(1000))).toEqual(pixels(rect(4, 4, 12, 12)));
    expect(s.annotation(1000).provenance).toEqual({
      tool: 'smart-select',
      model,
      params: { points: '6,7.25,1' },
      ms: 50,
      edits: 0,
    });
    // What a person has taken has no score.
    expect(s.annotation(1000).score).toBeNull();
    expect(s.gestures).toEqual(['Smart select']);
    s.expectUndoRedo();
    s.click(30, 30);
    expect(request(s)).toEqual({ points: [{ x: 30, y: 30, isInside: true }], ...FINISH });
  });

  test('Tab before the answer is there cycles nothing else, and leaves no sentence behind that the answer belies', () => {
    const s = script().click(6, 6);
    const before = s.state;
    s.key('Tab');
    expect(isUnhandled(before, { state: s.state })).toBe(false);
    const hint = () => smartSelectTool.hint(s.state, s.context).text;
    expect(hint()).toBe('Looking for the mask');
    found(s, 'answer', small, large);
    expect([s.notices, hint().startsWith('Mask 1 of 2')]).toEqual([[], true]);
    expect(masksIn(s)).toEqual([[...small.counts]]);
  });

  test('a drag is a box; more clicks go on from the mask that is shown, Alt and the right button say what is not', () => {
    const s = script().drag([4, 4], [20, 18]);
    expect(request(s)).toEqual({ points: [], box: [4, 4, 16, 14], ...FINISH });
    const first = found(s, 'answer', small, large);
    s.key('Tab').click(18, 5, { alt: true });
    expect(request(s)).toEqual({
      points: [{ x: 18, y: 5, isInside: false }],
      box: [4, 4, 16, 14],
      prior: first.candidates[1].id,
      ...FINISH,
    });
  });

  test('another wish about the rim asks again about what is in hand, and the result tells that its rim was refined', () => {
    const s = script().click(6, 6);
    found(s, 'answer', small);
    s.set({ refinesRim: false }).act('again');
    expect(request(s)).toEqual({ points: [{ x: 6, y: 6, isInside: true }], finish: { rim: false } });
    // What was there stays in sight, and can be taken.
    expect(masksIn(s)).toEqual([[...small.counts]]);
    s.set({ refinesRim: true }).act('again').waiting('answer');
    const { candidates, ...rest } = answerOf(large);
    const result = { ...rest, candidates: candidates.map((one) => ({ ...one, isRimRefined: true as const })) };
    s.answer({ channel: 'answer', method: 'inference.prompt', result });
    s.key('Enter');
    expect(pixelsOf(s.annotation(1000))).toEqual(pixels(rect(4, 4, 12, 12)));
    expect(s.annotation(1000).provenance?.params).toEqual({ points: '6,6,1', rim: 'refined' });
  });

  test('before its answer is there, a click goes on from the last one that is', () => {
    const s = script().click(6, 6);
    const first = found(s, 'answer', small);
    s.click(8, 8).click(9, 9);
    expect(request(s)).toMatchObject({ prior: first.candidates[0].id, points: [{ x: 6 }, { x: 8 }, { x: 9 }] });
    // What was answered stays in sight meanwhile.
    expect(masksIn(s)).toEqual([[...small.counts]]);
  });

  test('Esc takes one click back without asking again, and ends with nothing', () => {
    const s = script().click(6, 6);
    found(s, 'answer', small);
    s.click(14, 14);
    found(s, 'answer', large);
    const asked = s.asked.filter(({ method }) => method !== 'drop').length;
    s.key('Escape');
    expect(masksIn(s)).toEqual([[...small.counts]]);
    expect(s.asked.filter(({ method }) => method !== 'drop')).toHaveLength(asked);
    s.key('Escape').expectUntouched();
    expect(s.state.kind).toBe('idle');
  });

  test('Enter before the answer is there waits for it', () => {
    const s = script().click(6, 6).key('Enter');
    expect(s.patches).toHaveLength(0);
    found(s, 'answer', small);
    expect(pixelsOf(s.annotation(1000))).toEqual(pixels(rect(4, 4, 6, 6)));
  });

  test('Enter where nothing was found says what can be done about a click, and goes on', () => {
    const s = script().click(6, 6);
    found(s, 'answer');
    s.key('Enter');
    expect([s.patches, s.notices.at(-1)]).toEqual([[], 'Nothing was found here: click again, or Esc']);
    expect(request(s.click(7, 7)).points).toHaveLength(2);
  });

  test('the pointer shows what a click would take; a click drops that question', () => {
    const s = script();
    s.move([[6, 6]]);
    expect(request(s, 'ahead')).toEqual({ points: [{ x: 6, y: 6, isInside: true }], finish: { rim: false } });
    found(s, 'ahead', small);
    expect(masksIn(s)).toEqual([[...small.counts]]);
    s.move([[8, 8]]).click(8, 8);
    expect([...s.open.keys()]).toEqual(['answer']);
    // It stays in sight until the click is answered, or is taken back.
    expect(masksIn(s)).toEqual([[...small.counts]]);
    found(s, 'answer', large);
    expect(masksIn(s)).toEqual([[...large.counts]]);
    s.key('Escape');
    expect(masksIn(s)).toEqual([]);
    s.cancel().expectUntouched();
    s.move([[-4, 6]]);
    expect(s.open.size).toBe(0);
  });

  test('what the pointer shows goes with it, and nothing comes afterwards; what is in hand stays', () => {
    const s = script();
    s.move([[6, 6]]);
    found(s, 'ahead', small);
    s.send({ type: 'leave' });
    expect(masksIn(s)).toEqual([]);
    s.move([[6, 6]]).send({ type: 'leave' });
    expect(s.open.size).toBe(0);
    s.click(8, 8);
    found(s, 'answer', large);
    s.send({ type: 'leave' });
    expect(masksIn(s)).toEqual([[...large.counts]]);
  });

  test('what the pointer showed of one object is not shown for a click on another', () => {
    const s = script();
    s.move([[6, 6]]);
    found(s, 'ahead', small);
    s.click(14, 5);
    expect(masksIn(s)).toEqual([]);
  });

  test('Shift or Alt corrects the selected annotation from its own mask; a plain click leaves it alone', () => {
    const own = rleAnnotation(5, rect(4, 4, 12, 12));
    const s = script([own], [5]).click(14, 5, { alt: true });
    expect(request(s)).toEqual({
      points: [{ x: 14, y: 5, isInside: false }],
      mask: rleToSegmentation(maskFrom(rect(4, 4, 12, 12))),
      corrects: true,
      ...FINISH,
    });
    // Its own mask stays in sight until there is one in its place.
    const remade = () => smartSelectTool.remade!(s.state);
    expect(remade()).toBeNull();
    const [{ id: prior, segmentation: mask }] = found(s, 'answer', small).candidates;
    expect(remade()).toBe(5);
    s.click(8, 8);
    // With what is corrected, as the model forgets answers after a while.
    expect(request(s)).toMatchObject({ prior, mask, corrects: true });
    expect(remade()).toBe(5);
    found(s, 'answer', small);
    s.key('Enter');
    expect(remade()).toBeNull();
    expect(pixelsOf(s.annotation(5))).toEqual(pixels(rect(4, 4, 6, 6)));
    s.expectUndoRedo();
    const other = script([own], [5]).click(30, 30);
    found(other, 'answer', maskFrom(rect(28, 28, 5, 5)));
    other.key('Enter');
    expect(other.annotation(5)).toEqual(own);
    expect(pixelsOf(other.annotation(1000))).toEqual(pixels(rect(28, 28, 5, 5)));
  });

  test('Shift gives a selected box, drawn or without a mask, the mask of what is in it; its number and category stay', () => {
    const drawn = polygonAnnotation(5, [{ outer: rectRing(4, 4, 16, 14), holes: [] }]);
    const bare = { ...drawn, segmentation: null };
    for (const box of [drawn, bare]) {
      const s = script([box], [5]).click(8, 8, { shift: true });
      // Its own pixels are the box's, and no mask to go on from.
      expect(request(s)).toEqual({ points: [{ x: 8, y: 8, isInside: true }], box: [4, 4, 16, 14], ...FINISH });
      found(s, 'answer', small);
      const data = JSON.parse(JSON.stringify(smartSelectTool.drafts!.save(s.state))) as unknown;
      s.key('Enter');
      expect(pixelsOf(s.annotation(5))).toEqual(pixels(rect(4, 4, 6, 6)));
      expect(s.annotation(5).categoryId).toBe(box.categoryId);
      s.expectUndoRedo();
      const again = script([box], [5]);
      again.attempt(() => smartSelectTool.drafts!.resume(data, again.context));
      expect(request(again)).toEqual({ points: [{ x: 8, y: 8, isInside: true }], box: [4, 4, 16, 14], ...FINISH });
      expect(again.notices).toEqual([]);
    }
  });

  test('where no answer came Tab says so, and the click before, stepped back to, is answered as it was', () => {
    const s = script().click(6, 6);
    found(s, 'answer', small, large);
    s.click(8, 8).fail('answer', 'The process ended').key('Tab');
    expect(s.notices.at(-1)).toBe('No answer came: click again, or Esc');
    s.key('Escape');
    expect(smartSelectTool.hint(s.state, s.context).text).toContain('Mask 1 of 2');
    expect(s.open.size).toBe(0);
  });

  test('neighbours are left alone where that is set, and what is wholly theirs is not made', () => {
    const neighbour = rleAnnotation(5, rect(10, 4, 20, 12));
    const s = script([neighbour]);
    s.set({ sparesNeighbours: true }).click(6, 6);
    found(s, 'answer', large);
    s.key('Enter');
    expect(pixelsOf(s.annotation(1000))).toEqual(pixels(rect(4, 4, 6, 12)));
    s.click(15, 6);
    found(s, 'answer', maskFrom(rect(12, 5, 6, 6)));
    s.key('Enter');
    expect(s.patches).toHaveLength(1);
    expect(s.notices.at(-1)).toContain('belongs to other annotations');
  });

  test('neighbours are left out of what the pointer shows, too; in a crowd it is shown whole', () => {
    const ahead = (neighbours: readonly Annotation[]) => {
      const s = script(neighbours);
      s.set({ sparesNeighbours: true }).move([[6, 6]]);
      found(s, 'ahead', large);
      return masksIn(s);
    };
    const neighbour = rleAnnotation(5, rect(10, 4, 20, 12));
    expect(ahead([neighbour, rleAnnotation(6, rect(30, 30, 6, 6))])).toEqual([[...maskFrom(rect(4, 4, 6, 12)).counts]]);
    // All of it is theirs: a click would make nothing.
    expect(ahead([rleAnnotation(5, rect(2, 2, 30, 30))])).toEqual([]);
    const crowd = Array.from({ length: 100 }, (_, i) =>
      rleAnnotation(5 + i, rect(4 + (i % 10), 4 + Math.floor(i / 10), 1, 1)),
    );
    expect(ahead(crowd)).toEqual([[...large.counts]]);
  });

  test('without a category, outside of the image, a failed answer: a sentence and nothing made', () => {
    const none = script();
    none.categoryId = null;
    none.click(6, 6);
    found(none, 'answer', large);
    none.key('Enter');
    expect([none.patches, none.notices]).toEqual([[], [NO_CATEGORY.notice]]);
    const outside = script().click(-3, 6).expectUntouched();
    expect(outside.notices).toEqual(['Click inside the image']);
    const failed = script().click(6, 6).key('Enter').fail('answer', 'The process ended');
    expect(failed.notices).toEqual(['The process ended']);
    expect(failed.patches).toEqual([]);
    const hint = () => smartSelectTool.hint(failed.state, failed.context);
    expect(hint()).toEqual({ cursor: 'crosshair', text: 'No answer came: click again, or Esc' });
    failed.key('Enter');
    expect(hint().text).toBe('Looking for the mask');
    failed.fail('answer', 'The process ended');
    // Another click asks again, with what was said before.
    expect(request(failed.click(7, 7)).points).toHaveLength(2);
  });

  test('a draft asks again with everything that was said', () => {
    const s = script().drag([4, 4], [20, 18]);
    found(s, 'answer', large);
    s.click(18, 5, { alt: true });
    const data = JSON.parse(JSON.stringify(smartSelectTool.drafts!.save(s.state))) as unknown;
    expect(smartSelectTool.drafts!.describe(data)).toBe('smart select, a box and 1 click');
    const to = script();
    to.attempt(() => smartSelectTool.drafts!.resume(data, to.context));
    expect(request(to)).toEqual({ points: [{ x: 18, y: 5, isInside: false }], box: [4, 4, 16, 14], ...FINISH });
    found(to, 'answer', small);
    to.key('Enter');
    expect(pixelsOf(to.annotation(1000))).toEqual(pixels(rect(4, 4, 6, 6)));
  });
});
