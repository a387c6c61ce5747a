/** The raster worker's copy of what may be drawn, and which of it a frame shows. */
import { fromCompressed } from '@shared/mask';
import { cssColor } from './drawShape';
import { MaskShapes } from './maskShape';
import { NamePlaces, shorterName } from './names';
import { unpackShapes } from './packShapes';
import { BORDER_PX, type Look, type RasterPainter } from './rasterPainter';
import {
  DRAW_HATCHED,
  DRAW_SELECTED,
  PACKED_BOX,
  type NamesMessage,
  type RasterLayer,
  type RasterPreview,
  type RenderMessage,
  type SyncMessage,
} from './rasterProtocol';
import type { Bounds, Shape } from './shape';

interface Item {
  /** Rings as they came, or a mask's source of rings. */
  readonly shape: Shape | MaskShapes;
  readonly bounds: Bounds;
  readonly filled: boolean;
}

interface Layer {
  readonly items: Map<number, Item>;
  order: Float64Array;
  colors: Uint32Array;
  marks: Uint8Array;
}

export class RasterScene {
  readonly #layers: Record<RasterLayer, Layer> = {
    labels: emptyLayer(),
    annotations: emptyLayer(),
    proposals: emptyLayer(),
  };
  #names: NamesMessage | null = null;
  #preview: readonly { readonly item: Item; readonly color: string }[] = [];

  sync(message: SyncMessage): void {
    const layer = this.#layers[message.layer];
    for (const id of message.removed) layer.items.delete(id);
    if (message.upserts) {
      const { ids, flags, masks } = message.upserts;
      unpackShapes(message.upserts, (i, shape) => {
        if (shape) layer.items.set(ids[i], { shape, bounds: shape.bounds, filled: (flags[i] & PACKED_BOX) === 0 });
      });
      for (const mask of masks) layer.items.set(ids[mask.item], maskItem(mask.counts, mask.size));
    }
    layer.order = message.order;
    layer.colors = message.colors;
    layer.marks = message.marks;
  }

  setNames(message: NamesMessage): void {
    this.#names = message;
  }

  setPreview(masks: readonly RasterPreview[]): void {
    this.#preview = masks.map(({ size: [height, width], counts, color }) => {
      const shape = MaskShapes.of({ size: [height, width], counts });
      return { item: { shape, bounds: shape.bounds, filled: true }, color };
    });
  }

  /** Objects that may be drawn. */
  get count(): number {
    const { labels, annotations, proposals } = this.#layers;
    return labels.order.length + annotations.order.length + proposals.order.length + this.#preview.length;
  }

  /** Draws everything that touches the frame. */
  draw(painter: RasterPainter, frame: RenderMessage): void {
    this.#drawLayer(painter, frame, 'labels');
    this.#drawLayer(painter, frame, 'annotations');
    this.#drawLayer(painter, frame, 'proposals');
    for (const { item, color } of this.#preview) drawItem(painter, frame, item, color, PLAIN);
    this.#drawNames(painter, frame);
  }

  /** Where several want one place the topmost gets it. */
  #drawNames(painter: RasterPainter, { scale, x, y, width, height, pixelRatio, margin }: RenderMessage): void {
    if (!this.#names) return;
    const { ids, texts, colors } = this.#names;
    const { items } = this.#layers.annotations;
    const places = new NamePlaces([margin, margin, width / pixelRatio - margin, height / pixelRatio - margin]);
    const view = scale / pixelRatio;
    const [left, top] = [x / pixelRatio, y / pixelRatio];
    for (let i = ids.length - 1; i >= 0; i--) {
      const item = items.get(ids[i]);
      if (!item) continue;
      const [minX, minY, maxX, maxY] = item.bounds;
      const seen: Bounds = [minX * view + left, minY * view + top, maxX * view + left, maxY * view + top];
      const place = (text: string) => places.place(text, seen, () => painter.nameWidth(text));
      const shorter = shorterName(texts[i]);
      const placed = place(texts[i]) ?? (shorter === null ? null : place(shorter));
      if (placed) painter.name(placed, cssColor(colors[i]));
    }
  }

  #drawLayer(painter: RasterPainter, frame: RenderMessage, name: RasterLayer): void {
    const { items, order, colors, marks } = this.#layers[name];
    const dashed = name === 'proposals';
    for (let i = 0; i < order.length; i++) {
      const item = items.get(order[i]);
      const selected = (marks[i] & DRAW_SELECTED) !== 0;
      const look = { selected, dashed, region: name === 'labels', hatched: (marks[i] & DRAW_HATCHED) !== 0 };
      if (item) drawItem(painter, frame, item, cssColor(colors[i]), look);
    }
  }
}

function drawItem(
  painter: RasterPainter,
  { scale, x, y, width, height, pixelRatio, style }: RenderMessage,
  item: Item,
  color: string,
  look: Look,
): void {
  const { selected } = look;
  const border = BORDER_PX * pixelRatio;
  const visible: Bounds = [
    (-border - x) / scale,
    (-border - y) / scale,
    (width + border - x) / scale,
    (height + border - y) / scale,
  ];
  const [minX, minY, maxX, maxY] = item.bounds;
  // Written so that NaN bounds (an empty mask) are skipped too.
  if (!(minX <= visible[2] && minY <= visible[3] && maxX >= visible[0] && maxY >= visible[1])) return;
  if (painter.isDot(item.bounds)) return painter.dot(item.bounds, color, selected);
  const shape = item.shape instanceof MaskShapes ? item.shape.at(scale, visible) : item.shape;
  if ('pixels' in shape) painter.block(shape, selected ? style.accent : color, look);
  else painter.object(shape, item.bounds, color, { filled: item.filled, ...look });
}

/** A mask that cannot be read is drawn as nothing: what is wrong with it is said where it is imported. */
function maskItem(counts: string, size: readonly [number, number]): Item {
  try {
    const shape = MaskShapes.of(fromCompressed(counts, size));
    return { shape, bounds: shape.bounds, filled: true };
  } catch {
    return { shape: { ...NOTHING, bounds: NOWHERE }, bounds: NOWHERE, filled: false };
  }
}

const PLAIN: Look = { selected: false, dashed: false, region: false, hatched: false };
const NOWHERE: Bounds = [NaN, NaN, NaN, NaN];
const NOTHING = { coords: new Float32Array(0), ringEnds: new Uint32Array(0), rule: 'evenodd' } as const;

function emptyLayer(): Layer {
  return { items: new Map(), order: new Float64Array(0), colors: new Uint32Array(0), marks: new Uint8Array(0) };
}
