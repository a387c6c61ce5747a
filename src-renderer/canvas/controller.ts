/** Keeps view, raster worker, picture, overlay and hits in step with what the component is given. */
import { isIgnored, type LabelValues } from '@shared/document/labelValues';
import type { Annotation, Category, DocumentSnapshot, Proposal } from '@shared/document/types';
import { type ImagePoint, type ViewPoint, viewToImage, type ViewTransform } from '@shared/geometry/coords';
import type { Preview } from '../tools/preview';
import {
  annotationNames,
  annotationOrder,
  type CanvasOptions,
  Colors,
  DEFAULT_OPTIONS,
  labelOrder,
  overlayAnnotations,
  proposalOrder,
} from './drawOrder';
import { cssColor } from './drawShape';
import { FirstPaint } from './firstPaint';
import { DocumentHits } from './hits';
import { type CanvasImage, imageKey, ImageLoader, type LoadedImage } from './imageLoader';
import { LEFT_OUT, type LabelRegion, UNLABELLED } from './labelLayer';
import { frameCovers, RasterClient, type RasterFrame } from './rasterClient';
import type { RasterLayer } from './rasterProtocol';
import { type OverlayTheme, toneColor } from './overlayDraw';
import { type MaskPreview, sameMasks, splitRagged } from './raggedPreview';
import { CanvasStage, type OverlayItem } from './stage';
import { fitScale, INITIAL_VIEW, reduceView, type Size, type ViewAction, type ViewState } from './view';

export interface CanvasEvents {
  readonly onView: (state: ViewState) => void;
  /** Another picture is shown: its smallest copy, which stays the canvas's; null when there is none. */
  readonly onPicture: (smallest: ImageBitmap | null) => void;
  /** The picture or the masks could not be shown; a sentence's end, e.g. "the image could not be read (404)". */
  readonly onError: (reason: string) => void;
  /** Picture and masks of the open image are on screen, for the first time since it was opened. */
  readonly onPainted: () => void;
}

/** A raster frame is asked for when the view has been still for this long, or at once where the one shown is of no use. */
const IDLE_MS = 70;
/** An object smaller than this is hit from that far away. View pixels. */
const HIT_TOLERANCE_PX = 4;
/** The loupe shows things this much larger than the canvas, and image pixels at least so large. */
const LOUPE_FACTOR = 3;
const LOUPE_LEAST_SCALE = 4;
const NONE: ReadonlySet<number> = new Set();
const NO_BOX = [0, 0, 0, 0] as const;

export class CanvasController {
  readonly #stage: CanvasStage;
  readonly #raster: RasterClient;
  readonly #images = new ImageLoader();
  readonly #events: CanvasEvents;
  #names: ReadonlyMap<number, string> = new Map();
  #state: ViewState = INITIAL_VIEW;
  #pixelRatio = 1;
  #image: CanvasImage | null = null;
  #snapshot: DocumentSnapshot | null = null;
  #byId: ReadonlyMap<number, Annotation> = new Map();
  #proposals: readonly Proposal[] = [];
  #newColors: ReadonlyMap<string, string> = new Map();
  #colors = new Colors([]);
  #options: CanvasOptions = DEFAULT_OPTIONS;
  #selection = NONE;
  #handles = true;
  #hovered: number | null = null;
  #raggedPreview: readonly MaskPreview[] = [];
  #hits: DocumentHits | null = null;
  /** Selected annotations that the overlay draws; the raster leaves them out. */
  #overlaid: readonly Annotation[] = [];
  #excluded = NONE;
  #labels: readonly LabelRegion[] = [];
  #ignored = NONE;
  #unlabelledIsIgnored = false;
  #stale = { labels: false, annotations: false, proposals: false };
  #flushing = false;
  #idleTimer = 0;
  /** Counts opened images. */
  #opening = 0;
  readonly #painted: FirstPaint;

  constructor(container: HTMLDivElement, events: CanvasEvents) {
    this.#events = events;
    this.#painted = new FirstPaint(events.onPainted);
    this.#stage = new CanvasStage(container);
    this.#raster = new RasterClient((frame) => this.#showFrame(frame), events.onError);
  }

  get state(): ViewState {
    return this.#state;
  }

  dispatch(action: ViewAction): void {
    const before = this.#state;
    this.#state = reduceView(before, action);
    if (this.#state.view !== before.view) this.#viewChanged(this.#state.view);
    if (this.#state !== before) this.#events.onView(this.#state);
  }

  resize(viewport: Size, pixelRatio: number): void {
    const ratioChanged = pixelRatio !== this.#pixelRatio;
    this.#pixelRatio = pixelRatio;
    this.dispatch({ type: 'resize', viewport });
    this.#stage.resize(viewport, pixelRatio);
    if (ratioChanged || !this.#covers()) this.#requestFrame();
  }

  setImage(image: CanvasImage | null): void {
    const before = this.#image;
    if (before === image || (before && image && imageKey(before) === imageKey(image))) return;
    this.#image = image;
    // Other pixels of the open image: view and masks stay, the picture is replaced when it is there.
    if (before && image && before.imageKey !== undefined && before.imageKey === image.imageKey) {
      void this.#loadImage(image, image);
      return;
    }
    this.#opening++;
    // Its document is another one too, and comes with the same flush: no frame may be drawn before.
    this.#markStale('annotations', 'proposals');
    this.#painted.begin();
    const size = { width: image?.width ?? 0, height: image?.height ?? 0 };
    this.#stage.setImage(null, size);
    this.#events.onPicture(null);
    this.#stage.setFrame(null);
    this.dispatch({ type: 'image', image: size });
    if (image) void this.#loadImage(image, size);
  }

  /** Decodes an image that is likely to be opened next. */
  prefetch(image: CanvasImage): void {
    this.#load(image).catch(() => undefined);
    // The open one stays the most recently used: the loader closes the least.
    if (this.#image) this.#load(this.#image).catch(() => undefined);
  }

  /** Draws what is around a place of the canvas, magnified, into the middle of a square. */
  readonly drawLoupe = (context: CanvasRenderingContext2D, place: ViewPoint, sidePx: number): void => {
    const { x, y } = viewToImage(place, this.#state.view);
    const scale = Math.max(LOUPE_LEAST_SCALE, this.#state.view.scale * LOUPE_FACTOR);
    const view = { scale, offsetX: sidePx / 2 - x * scale, offsetY: sidePx / 2 - y * scale };
    this.#stage.drawPart(context, view, { width: sidePx, height: sidePx });
  };

  setImageFilter(filter: string): void {
    this.#stage.setImageFilter(filter);
  }

  setDocument(snapshot: DocumentSnapshot | null): void {
    if (this.#snapshot === snapshot) return;
    this.#snapshot = snapshot;
    this.#byId = new Map(snapshot?.annotations.map((annotation) => [annotation.id, annotation]));
    this.#hits = null;
    this.#markStale('annotations');
  }

  setCategories(categories: readonly Category[]): void {
    this.#colors = new Colors(categories);
    this.#names = new Map(categories.map(({ id, name }) => [id, name]));
    this.#ignored = new Set(categories.filter(({ name }) => isIgnored(name)).map(({ id }) => id));
    this.#markStale('labels', 'annotations', 'proposals');
  }

  #blackLabels(): ReadonlySet<number> {
    return new Set([...this.#ignored, LEFT_OUT, ...(this.#unlabelledIsIgnored ? [UNLABELLED] : [])]);
  }

  /** Regions of the label map, which take the place of the annotations; none: these are shown. */
  setLabels(regions: readonly LabelRegion[], unlabelled: LabelValues['unlabelled']): void {
    const isIgnored = unlabelled === 'ignore';
    if (this.#labels === regions && this.#unlabelledIsIgnored === isIgnored) return;
    this.#labels = regions;
    this.#unlabelledIsIgnored = isIgnored;
    this.#markStale('labels');
  }

  setProposals(proposals: readonly Proposal[], newColors: ReadonlyMap<string, string>): void {
    if (this.#proposals === proposals && this.#newColors === newColors) return;
    this.#proposals = proposals;
    this.#newColors = newColors;
    this.#markStale('proposals');
  }

  setOptions(options: CanvasOptions): void {
    if (options.hidden !== this.#options.hidden) this.#hits = null;
    this.#options = options;
    this.#markStale('annotations', 'proposals');
  }

  setSelection(selection: ReadonlySet<number>, handles: boolean): void {
    this.#selection = selection;
    this.#handles = handles;
    this.#markStale('annotations');
  }

  setPreview(preview: Preview): void {
    const { ragged, rest } = splitRagged(preview);
    this.#stage.setPreview(rest);
    if (sameMasks(ragged, this.#raggedPreview)) return;
    this.#raggedPreview = ragged;
    this.#sendRaggedPreview();
  }

  #sendRaggedPreview(): void {
    const { theme } = this.#stage;
    this.#raster.setPreview(
      this.#raggedPreview.map(({ size, counts, tone }) => ({ size, counts, color: toneColor(tone, theme) })),
    );
    this.#requestFrame();
  }

  setHovered(id: number | null): void {
    if (this.#hovered === id) return;
    this.#hovered = id;
    this.#updateOverlay();
  }

  setTheme(theme: OverlayTheme): void {
    this.#stage.setTheme(theme);
    this.#sendRaggedPreview();
  }

  /** Hits among the annotations that are not hidden. */
  get hits(): DocumentHits {
    const { hidden } = this.#options;
    this.#hits ??= new DocumentHits(this.#snapshot?.annotations.filter(({ id }) => !hidden.has(id)) ?? []);
    return this.#hits;
  }

  /** Ids at an image point, topmost first; dots are hit from a few screen pixels away. */
  hitTest({ x, y }: ImagePoint): number[] {
    return this.hits.at(x, y, HIT_TOLERANCE_PX / this.#state.view.scale);
  }

  dispose(): void {
    clearTimeout(this.#idleTimer);
    this.#raster.dispose();
    this.#images.dispose();
    this.#stage.dispose();
  }

  /** With a copy of the size at which it is seen whole. */
  #load(image: CanvasImage): Promise<LoadedImage> {
    const scale = fitScale(this.#state.viewport, image) * this.#pixelRatio;
    return this.#images.load(image, Math.round(image.width * scale));
  }

  async #loadImage(image: CanvasImage, size: Size): Promise<void> {
    try {
      const loaded = await this.#load(image);
      // Another one was opened meanwhile.
      if (this.#image !== image) return;
      this.#stage.setImage(loaded, size);
      this.#events.onPicture(loaded.smallest);
      this.#painted.mark('picture');
    } catch (error) {
      if (this.#image === image) this.#events.onError(error instanceof Error ? error.message : String(error));
    }
  }

  /** Several inputs change together (another image is opened): they reach the worker as one change. */
  #markStale(...layers: readonly RasterLayer[]): void {
    for (const layer of layers) this.#stale[layer] = true;
    if (this.#flushing) return;
    this.#flushing = true;
    queueMicrotask(() => this.#flush());
  }

  #flush(): void {
    this.#flushing = false;
    const options = this.#options;
    if (this.#stale.annotations) {
      const annotations = this.#snapshot?.annotations ?? [];
      this.#overlaid = overlayAnnotations(annotations, this.#selection, options.hidden);
      this.#excluded = new Set(this.#overlaid.map(({ id }) => id));
      const order = annotationOrder(annotations, this.#colors, options, this.#selection, this.#excluded);
      this.#raster.sync('annotations', annotations, order);
      this.#raster.setNames(annotationNames(annotations, this.#colors, options, (id) => this.#names.get(id)));
    }
    if (this.#stale.proposals) {
      const order = proposalOrder(this.#proposals, this.#newColors, this.#colors, options.colorBy);
      this.#raster.sync('proposals', this.#proposals, order);
    }
    if (this.#stale.labels) {
      const items = this.#labels.map(({ id, segmentation }) => ({ id, segmentation, bbox: NO_BOX }));
      this.#raster.sync('labels', items, labelOrder(items, this.#colors, this.#blackLabels()));
    }
    this.#stale = { labels: false, annotations: false, proposals: false };
    this.#updateOverlay();
    this.#requestFrame();
  }

  #viewChanged(view: ViewTransform): void {
    this.#stage.setView(view);
    clearTimeout(this.#idleTimer);
    if (this.#covers()) this.#idleTimer = window.setTimeout(() => this.#requestFrame(), IDLE_MS);
    else this.#requestFrame();
  }

  #covers(): boolean {
    const { frame } = this.#stage;
    return frame?.pixelRatio === this.#pixelRatio && frameCovers(frame, this.#state);
  }

  #requestFrame(): void {
    clearTimeout(this.#idleTimer);
    const { view, viewport } = this.#state;
    // A change is on its way to the worker and asks for a frame itself.
    if (viewport.width === 0 || viewport.height === 0 || !this.#image || this.#flushing) return;
    const { fillAlpha, outlineOnly, labelAlpha, labelBoundaries } = this.#options;
    const style = { fillAlpha, outlineOnly, labelAlpha, labelBoundaries, accent: this.#stage.theme.accent };
    const excluded = this.#excluded;
    this.#raster.request({ view, viewport, pixelRatio: this.#pixelRatio, style, excluded, opening: this.#opening });
  }

  #showFrame(frame: RasterFrame): void {
    if (frame.opening !== this.#opening) {
      frame.bitmap.close();
      return;
    }
    this.#stage.setFrame(frame);
    // What was just deselected is in this frame again: the overlay lets go of it.
    this.#updateOverlay();
    this.#painted.mark('masks');
    // The view went on while the worker drew: one more frame when it rests, or now if this one is of little use.
    if (frame.view !== this.#state.view) this.#viewChanged(this.#state.view);
  }

  #updateOverlay(): void {
    const { fillAlpha, outlineOnly, colorBy, hidden, labelMap } = this.#options;
    const item = (annotation: Annotation, selected: boolean): OverlayItem => ({
      annotation,
      color: cssColor(this.#colors.annotation(annotation, colorBy)),
      selected,
    });
    const items = this.#overlaid.map((annotation) => item(annotation, true));
    // Deselected, but the frame shown was drawn without them: they stay until the next frame.
    for (const id of this.#stage.frame?.excluded ?? NONE) {
      const annotation = this.#byId.get(id);
      if (annotation && !this.#excluded.has(id) && !hidden.has(id)) items.unshift(item(annotation, false));
    }
    const hovered = this.#hovered === null ? null : (this.#byId.get(this.#hovered) ?? null);
    this.#stage.setOverlay({
      items,
      handles: this.#handles,
      hovered: hovered && !hidden.has(hovered.id) && !this.#excluded.has(hovered.id) ? hovered : null,
      fillAlpha: outlineOnly || labelMap ? 0 : fillAlpha,
    });
  }
}
