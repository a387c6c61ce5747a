/** CVAT's tracks as frames: what the file says of a frame, and what CVAT shows between keyframes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { segmentationToRle } from '@shared/document/segmentation';
import { area } from '@shared/mask';
import { formats } from '@shared/formats/registry';
import { Random } from '../../support/datasetFuzz';
import { isSentence } from '../../support/formatFuzz';
import { type Files, memorySource, readFromMemory } from '../../support/formatFiles';
import { processorClock } from '../../support/processorTime';

const format = formats.get('cvat-video')!;

const box = (frame: number, x: number, more = '') =>
  `<box frame="${frame}" outside="0" occluded="0" keyframe="1" xtl="${x}" ytl="2" xbr="${x + 6}" ybr="8" z_order="0"${more}></box>`;

const xml = (
  tracks: string,
  { size = '<original_size><width>40</width><height>20</height></original_size>', stop = 6 } = {},
) =>
  `<?xml version="1.0" encoding="utf-8"?>\n<annotations>\n  <version>1.1</version>\n  <meta><task><id>1</id><size>7</size><mode>interpolation</mode><start_frame>0</start_frame><stop_frame>${stop}</stop_frame>` +
  `<labels><label><name>cat</name><color>#Ff0000</color></label><label><name>dog</name></label></labels>${size}</task></meta>\n${tracks}\n</annotations>\n`;

async function read(text: string, names: readonly string[] = []) {
  const files: Files = new Map([['annotations.xml', text]]);
  const sizes = new Map(names.map((name) => [name, [40, 20] as const]));
  const found = await formats.recognise(memorySource(files, sizes));
  const dataset = await readFromMemory(format, files, sizes);
  const view = dataset.view('v');
  const labels = new Map(view.categories().map(({ id, name }) => [id, name]));
  const frames = Object.fromEntries(
    [...view.images()].map(({ id, fileName }) => [
      fileName.replace(/^images\/frame_0*(\d+)\.PNG$/, '$1'),
      view.annotationsOf(id).map(({ annotation, categoryId }) => ({
        what: `${labels.get(categoryId)} ${annotation.extra.track_id as number}`,
        x: annotation.bbox[0],
        annotation,
      })),
    ]),
  );
  return { ids: found.map((one) => one.format.id), frames, dataset, view };
}

const xs = (frames: Awaited<ReturnType<typeof read>>['frames']) =>
  Object.fromEntries(
    Object.entries(frames).map(([frame, shown]) => [frame, shown.map(({ what, x }) => `${what} at ${x}`)]),
  );

interface Golden {
  readonly length: number;
  readonly tracks: readonly {
    readonly keyframes: readonly {
      readonly frame: number;
      readonly type: 'polygon' | 'rectangle' | 'ellipse';
      readonly points: readonly number[];
      readonly rotation: number;
      readonly outside: boolean;
    }[];
    readonly frames: Readonly<Record<string, { readonly points: readonly number[]; readonly rotation: number }>>;
  }[];
}

/** Made by scripts/goldens/cvatVideo.py. */
const golden = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', '..', 'golden', 'cvat-video.json'), 'utf8'),
) as Golden;

type Keyframe = Golden['tracks'][number]['keyframes'][number];

function shapeText({ frame, type, points, rotation, outside }: Keyframe): string {
  const [a, b, c, d] = points;
  const names = { polygon: 'polygon', rectangle: 'box', ellipse: 'ellipse' } as const;
  const places = {
    polygon: `points="${points
      .map((value, i) => (i % 2 === 0 ? value : `${value};`))
      .join(',')
      .replace(/;,?/g, ';')
      .replace(/;$/, '')}"`,
    rectangle: `xtl="${a}" ytl="${b}" xbr="${c}" ybr="${d}"`,
    ellipse: `cx="${a}" cy="${b}" rx="${c - a}" ry="${b - d}"`,
  };
  const turned = rotation === 0 ? '' : ` rotation="${rotation}"`;
  return `<${names[type]} frame="${frame}" keyframe="1" outside="${outside ? 1 : 0}" ${places[type]}${turned}></${names[type]}>`;
}

describe.each(golden.tracks.map((track, at) => [at, track] as const))('track %d of CVAT itself', (_, track) => {
  it('is shown on the frames, and where, CVAT shows it', async () => {
    const text = xml(`<track id="0" label="cat">${track.keyframes.map(shapeText).join('')}</track>`, {
      stop: golden.length - 1,
    });
    const { frames } = await read(text);
    const shown = Object.keys(frames).filter((frame) => frames[frame].length > 0);
    expect(shown).toEqual(Object.keys(track.frames));
    for (const [frame, { points, rotation }] of Object.entries(track.frames)) {
      const { segmentation } = frames[frame][0].annotation;
      const shape = { ...track.keyframes[0], points, rotation, outside: false, frame: 0 };
      const alone = await read(xml(`<track id="0" label="cat">${shapeText(shape)}</track>`, { stop: 0 }));
      const expected = alone.frames['0'][0].annotation;
      const flat = (one: typeof segmentation) =>
        one?.kind === 'polygons' ? one.parts[0].outer : frames[frame][0].annotation.bbox;
      const [had, has] = [flat(expected.segmentation), flat(segmentation)];
      expect(has.length, `frame ${frame}`).toBe(had.length);
      has.forEach((value, i) => expect(value, `frame ${frame}, value ${i}`).toBeCloseTo(had[i], 4));
    }
  });
});

describe('tracks', () => {
  it('are frames with what the file says of them; an object that is outside is not shown', async () => {
    const track = (id: number, label: string, shapes: string) =>
      `<track id="${id}" label="${label}" source="manual">${shapes}</track>`;
    const { ids, frames, view } = await read(
      xml(
        track(
          0,
          'cat',
          box(0, 1) +
            box(1, 2).replace('keyframe="1"', 'keyframe="0"') +
            box(2, 9).replace('outside="0"', 'outside="1"'),
        ) + track(4, 'dog', box(1, 20) + box(2, 21) + box(3, 3).replace('outside="0"', 'outside="1"')),
      ),
    );
    expect(ids).toEqual(['cvat-video']);
    expect(xs(frames)).toEqual({ 0: ['cat 0 at 1'], 1: ['cat 0 at 2', 'dog 4 at 20'], 2: ['dog 4 at 21'] });
    expect(view.categories().map(({ name, color }) => [name, color])).toEqual([
      ['cat', '#ff0000'],
      ['dog', null],
    ]);
  });

  it('move evenly between keyframes that stand apart, and stay to the end behind the last', async () => {
    const { frames } = await read(xml(`<track id="0" label="cat">${box(0, 0)}${box(4, 8)}</track>`));
    expect(xs(frames)).toEqual({
      ...{ 0: ['cat 0 at 0'], 1: ['cat 0 at 2'], 2: ['cat 0 at 4'], 3: ['cat 0 at 6'], 4: ['cat 0 at 8'] },
      ...{ 5: ['cat 0 at 8'], 6: ['cat 0 at 8'] },
    });
  });

  it('move towards the place where they are outside, and stop before', async () => {
    const { frames } = await read(
      xml(`<track id="0" label="cat">${box(0, 0)}${box(3, 9).replace('outside="0"', 'outside="1"')}</track>`),
    );
    expect(xs(frames)).toEqual({ 0: ['cat 0 at 0'], 1: ['cat 0 at 3'], 2: ['cat 0 at 6'] });
  });

  it('may be outlines, which move along their length whatever points they have, and masks, which stay', async () => {
    const polygon = (frame: number, points: string) =>
      `<polygon frame="${frame}" outside="0" keyframe="1" points="${points}" z_order="0"></polygon>`;
    const mask = (frame: number, rle: string) =>
      `<mask frame="${frame}" outside="0" keyframe="1" rle="${rle}" left="3" top="4" width="2" height="2" z_order="0"></mask>`;
    const { frames, dataset } = await read(
      xml(
        `<track id="0" label="cat">${polygon(0, '0,0;4,0;4,4')}${polygon(2, '2,0;6,0;6,4')}${polygon(4, '2,0;6,0;6,4;2,4')}</track>` +
          `<track id="1" label="dog">${mask(0, '0, 4')}${mask(2, '1, 3')}${mask(3, '0, 4').replace('outside="0"', 'outside="1"')}</track>` +
          '<track id="2" label="dog"><points frame="0" outside="0" keyframe="1" points="1,1"></points></track>',
      ),
    );
    const outline = (frame: number) => frames[frame][0].annotation.segmentation;
    expect(outline(1)).toMatchObject({ parts: [{ outer: [1, 0, 5, 0, 5, 4] }] });
    expect(outline(3)).toMatchObject({ parts: [{ outer: [2, 0, 6, 0, 6, 4, 4, 4] }] });
    const pixels = [0, 1, 2].map((frame) =>
      area(segmentationToRle(frames[frame][1].annotation.segmentation!, [20, 40])),
    );
    expect(pixels).toEqual([4, 4, 3]);
    expect(new Set(dataset.issues.map(({ issue }) => issue.message))).toEqual(
      new Set(['a points has no area: left out']),
    );
  });

  it('belong to pictures called as CVAT calls frames, or to the pictures in their order', async () => {
    const text = xml(
      `<track id="0" label="cat">${box(1, 5)}${box(2, 5).replace('outside="0"', 'outside="1"')}</track>`,
      { size: '' },
    );
    const named = await read(text, ['images/frame_000000.PNG', 'images/frame_000001.PNG']);
    expect([...named.view.images()].map(({ fileName, width }) => [fileName, width])).toEqual([
      ['images/frame_000000.PNG', 40],
      ['images/frame_000001.PNG', 40],
    ]);
    const others = await read(text, ['a.jpg', 'b.jpg']);
    expect(others.frames['b.jpg']).toHaveLength(1);
    expect(others.frames['a.jpg']).toEqual([]);
  });

  it('of absurd lengths are refused with a sentence', async () => {
    const tracks = Array.from(
      { length: 3 },
      (_, i) => `<track id="${i}" label="cat">${box(0, 0)}${box(999_999, 9)}</track>`,
    );
    await expect(read(xml(tracks.join('')))).rejects.toThrow(/tracks of too many frames/);
  });
});

it('long outlines and large masks on frames without end are refused at once', async () => {
  const many = Array.from({ length: 20_000 }, (_, i) => `${i % 40},${i % 19}`).join(';');
  const at = (frame: number, shape: string) => shape.replace('frame=""', `frame="${frame}"`);
  for (const shape of [
    `<polygon frame="" outside="0" keyframe="1" points="${many}"></polygon>`,
    '<mask frame="" outside="0" keyframe="1" left="0" top="0" width="20000" height="20000" rle="400000000"></mask>',
  ]) {
    const long = xml(`<track id="0" label="cat">${at(0, shape)}${at(250_000, shape)}</track>`, { stop: 250_000 });
    const usedMs = processorClock();
    await expect(readFromMemory(format, new Map([['annotations.xml', long]]), new Map())).rejects.toThrow(
      'tracks of too many frames',
    );
    expect(usedMs()).toBeLessThan(3000);
  }
});

it('no bent file does more than be refused with a sentence', async () => {
  const random = new Random(4);
  const whole = xml(
    `<track id="0" label="cat">${box(0, 0)}${box(4, 8)}</track><track id="1" label="dog">${box(2, 5)}</track>`,
  );
  const values = ['-1', '1e309', 'NaN', '', '999999', '1.5', '&lt;', '../x'];
  for (let i = 0; i < 400; i++) {
    const at = random.below(whole.length);
    const bent = random.chance(0.3)
      ? whole.slice(0, at) + random.pick(['<', '"', '>', '\0', '&x;', '']) + whole.slice(at + random.below(9))
      : whole.replace(/="[^"]*"/g, (value) => (random.chance(0.1) ? `="${random.pick(values)}"` : value));
    try {
      await readFromMemory(format, new Map([['annotations.xml', bent]]), new Map());
    } catch (error) {
      expect(isSentence(error), String(error)).toBe(true);
    }
  }
});
