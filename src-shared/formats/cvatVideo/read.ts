/** CVAT's tracks -> records of frames: what stands in the file as it stands, and between keyframes what CVAT shows there. */
import type { DatasetSink } from '../../dataset/records';
import type { Issue } from '../../dataset/finding';
import { AppError } from '../../errors/appError';
import { contentOf, labelsOf } from '../cvat/read';
import { ringBetween } from './between';
import type { DatasetSource } from '../format';
import { folderOf, isPictureName } from '../names';
import { asNumber, asSide } from '../values';
import { childOf, childrenOf, parseXml, textOf, type XmlElement } from '../xml/xml';

/** More frames than nine hours of video have. */
const mostFrames = 1_000_000;
/** Shapes between keyframes, of all tracks: more are no dataset that anybody labelled. */
const mostBetween = 300_000;
/** And their points, and a thousandth of the pixels of their masks: what is made for each frame anew. */
const mostPoints = 20_000_000;

interface Shown {
  readonly label: string;
  readonly track: number;
  readonly shape: XmlElement;
}

export async function readCvatVideo(source: DatasetSource, name: string, sink: DatasetSink): Promise<void> {
  const file = source.fullName(name);
  const root = parseXml(await source.text(name), file);
  if (root.name !== 'annotations') throw new AppError('bad-input', `${file} is no CVAT file`, { place: { file } });
  const at = { file, pointer: '' };
  const categories = new Map<string, number>();
  const categoryOf = (label: string, color: string | null = null) => {
    let id = categories.get(label);
    if (id === undefined) {
      categories.set(label, (id = categories.size + 1));
      sink.category({ id, name: label, supercategory: null, color }, null, { file, pointer: `label ${label}` });
    }
    return id;
  };
  for (const label of labelsOf(root)) {
    const [said, color] = [textOf(label, 'name'), textOf(label, 'color')];
    if (said !== undefined) categoryOf(said, color && /^#[0-9a-f]{6}$/i.test(color) ? color.toLowerCase() : null);
  }
  const { width, height, last } = taskOf(root);
  const frames = framesOf(root, last, file);
  const pictures = framePictures(await source.names(), folderOf(name));
  const all = [...new Set([...frames.keys(), ...pictures.keys()])].sort((a, b) => a - b);
  for (const [index, frame] of all.entries()) {
    const fileName = pictures.get(frame) ?? `${folderOf(name)}images/frame_${String(frame).padStart(6, '0')}.PNG`;
    const picture = width === null || height === null ? await source.imageSize(fileName) : { width, height };
    sink.image({ id: index + 1, fileName, width: picture?.width ?? null, height: picture?.height ?? null }, null, at);
    const issues: Issue[] = [];
    for (const { label, track, shape } of inPainting(frames.get(frame) ?? [])) {
      const pointer = `track ${track}, frame ${frame}`;
      const content = contentOf(shape, [picture?.height ?? 0, picture?.width ?? 0], issues, pointer);
      if (!content) continue;
      const record = { id: null, imageId: index + 1, categoryId: categoryOf(label), maskSize: null };
      const extra = { ...content.extra, track_id: track };
      sink.annotation({ ...record, content: { ...content, extra } }, null, { file, pointer });
    }
    for (const issue of issues) sink.issue(issue, { file, pointer: issue.pointer });
  }
}

/** What the head says of the frames. */
function taskOf(root: XmlElement) {
  const meta = childOf(root, 'meta');
  const scope = meta && ['task', 'job'].map((kind) => childOf(meta, kind)).find((one) => one !== undefined);
  const size = (scope && childOf(scope, 'original_size')) ?? (meta && childOf(meta, 'original_size'));
  const number = (name: string) => (scope ? asNumber(textOf(scope, name)) : null);
  const first = number('start_frame') ?? 0;
  const count = number('size');
  return {
    width: size ? asSide(textOf(size, 'width')) : null,
    height: size ? asSide(textOf(size, 'height')) : null,
    last: number('stop_frame') ?? (count === null ? null : first + count - 1),
  };
}

/** What is shown on each frame. */
function framesOf(root: XmlElement, last: number | null, file: string): Map<number, Shown[]> {
  const frames = new Map<number, Shown[]>();
  let [between, points] = [0, 0];
  const show = (frame: number, shown: Shown) => {
    const known = frames.get(frame);
    if (known) known.push(shown);
    else frames.set(frame, [shown]);
  };
  childrenOf(root, 'track').forEach((track, place) => {
    const { label } = track.attributes;
    const id = asNumber(track.attributes.id) ?? place;
    if (label === undefined) return;
    const entries = track.children
      .map((shape) => ({ shape, frame: asNumber(shape.attributes.frame) ?? -1 }))
      .filter(({ frame }) => Number.isInteger(frame) && frame >= 0 && frame < mostFrames)
      .sort((a, b) => a.frame - b.frame);
    entries.forEach(({ shape, frame }, index) => {
      if (shape.attributes.outside === '1') return;
      show(frame, { label, track: id, shape });
      const next = entries[index + 1];
      // Behind its last keyframe an object stays where it was, to the end.
      const end = next?.frame ?? Math.min(mostFrames, (last ?? frame) + 1);
      const count = Math.max(0, end - frame - 1);
      between += count;
      points += count * Math.max(pointsOf(shape), next ? pointsOf(next.shape) : 0);
      if (between > mostBetween || points > mostPoints)
        throw new AppError('bad-input', `${file} has tracks of too many frames`, { place: { file } });
      for (let f = frame + 1; f < end; f++) {
        const share = (f - frame) / (end - frame);
        show(f, { label, track: id, shape: next ? inBetween(shape, next.shape, share) : shape });
      }
    });
  });
  return frames;
}

/** How much work it is on a frame. */
function pointsOf({ name, attributes }: XmlElement): number {
  if (name === 'mask') return ((asNumber(attributes.width) ?? 0) * (asNumber(attributes.height) ?? 0)) / 1000;
  // A point, with its comma, has no less.
  return (attributes.points ?? '').length / 4;
}

const boxSides = ['xtl', 'ytl', 'xbr', 'ybr'];
const ellipseSides = ['cx', 'cy', 'rx', 'ry'];

/** Boxes and ellipses move evenly, outlines along their length, towards a keyframe that is outside too; a mask stays until the next. */
function inBetween(from: XmlElement, to: XmlElement, share: number): XmlElement {
  if (from.name !== to.name) return from;
  const mix = (a: number, b: number) => a + (b - a) * share;
  if (from.name === 'polygon') {
    const [had, has] = [from, to].map(({ attributes }) => (attributes.points ?? '').split(/[;,]/).map(Number));
    const moved = ringBetween(had, has, share);
    const pairs = moved.flatMap((value, i) => (i % 2 === 0 ? [`${value},${moved[i + 1]}`] : []));
    return { ...from, attributes: { ...from.attributes, points: pairs.join(';') } };
  }
  const sides = from.name === 'box' ? boxSides : from.name === 'ellipse' ? ellipseSides : [];
  const moved = sides.map((side) => [side, mix(Number(from.attributes[side]), Number(to.attributes[side]))] as const);
  const [angle, next] = [from, to].map(({ attributes }) => asNumber(attributes.rotation) ?? 0);
  // The shorter way round.
  const turn = (angle + (((((next - angle + 180) % 360) + 360) % 360) - 180) * share + 360) % 360;
  const attributes = Object.fromEntries(moved.map(([side, value]) => [side, String(value)]));
  return { ...from, attributes: { ...from.attributes, ...attributes, rotation: String(turn) } };
}

/** By z_order, and in the order of the tracks. */
function inPainting(shown: readonly Shown[]): Shown[] {
  const order = ({ shape }: Shown) => asNumber(shape.attributes.z_order) ?? 0;
  return [...shown].sort((a, b) => order(a) - order(b));
}

/** Pictures beside the file that are called as CVAT calls frames; else all of them in their order, which is that of frames. */
function framePictures(names: readonly string[], folder: string): Map<number, string> {
  const own = names.filter((name) => name.startsWith(folder) && isPictureName(name));
  const numbered = own.flatMap((name) => {
    const number = /(?:^|\/)frame_(\d+)\.\w+$/i.exec(name)?.[1];
    return number === undefined ? [] : [[Number(number), name] as const];
  });
  return new Map(numbered.length > 0 ? numbered : own.map((name, frame) => [frame, name] as const));
}
