/** How things are shown: theme and canvas options. None of it is part of a document or of its undo. */
import { defaultSettings, type Settings } from '@shared/settings';
import { DEFAULT_OPTIONS, type CanvasOptions } from '../canvas/drawOrder';
import { isNeutral, NEUTRAL_TONE, type Tone } from '../canvas/tone';
import { ColumnSections } from './columnSections.svelte';

/** First width of each side panel and how far it can be dragged, CSS pixels. */
export const panelWidths = {
  images: { initialPx: defaultSettings.panels.imagesWidthPx, minPx: 180, maxPx: 560 },
  objects: { initialPx: defaultSettings.panels.objectsWidthPx, minPx: 240, maxPx: 640 },
} as const;

export class ViewSettings {
  theme = $state<'dark' | 'light'>('dark');
  fillAlpha = $state(DEFAULT_OPTIONS.fillAlpha);
  outlineOnly = $state(false);
  colorBy = $state<CanvasOptions['colorBy']>('category');
  minimap = $state(false);
  crosshair = $state(false);
  /** Magnifies the surroundings of the pointer while a tool draws. */
  loupe = $state(false);
  /** Category names beside the objects. */
  names = $state(false);
  /** One colour a class, instead of annotations over each other. Not kept: one starts with what can be edited. */
  labelMap = $state(false);
  labelAlpha = $state(defaultSettings.view.labelAlpha);
  labelBoundaries = $state(true);
  /** Of the annotation list. */
  annotationOrder = $state<Settings['view']['annotationOrder']>('painted');
  showImages = $state(true);
  showPanels = $state(true);
  /** CSS pixels. */
  imagesWidthPx = $state(defaultSettings.panels.imagesWidthPx);
  panelsWidthPx = $state(defaultSettings.panels.objectsWidthPx);
  readonly sections = new ColumnSections();
  /** Where the cards of the tools lie over the canvas: 0 left or top, 1 right or bottom. */
  cardPlace = $state.raw(defaultSettings.panels.card);
  /** What the file says of other versions' settings, written back as it came. */
  #others: Pick<Settings, 'panels' | 'view'> = defaultSettings;
  /** Of the picture alone. Not kept: a picture that looks odd after a restart would be a riddle. */
  tone = $state.raw<Tone>(NEUTRAL_TONE);
  /** Values of 16-bit pictures that are shown as black and white; null: each one's own range. Not kept either. */
  valueWindow = $state.raw<readonly [low: number, high: number] | null>(null);

  /** The picture is shown as it is. */
  get isPlain(): boolean {
    return isNeutral(this.tone) && this.valueWindow === null;
  }

  resetPicture(): void {
    this.tone = NEUTRAL_TONE;
    this.valueWindow = null;
  }

  /** Takes over what the settings file says. */
  read({ theme, panels, view }: Settings): void {
    this.#others = { panels, view };
    this.theme = theme;
    this.showImages = panels.images;
    this.showPanels = panels.objects;
    this.imagesWidthPx = panels.imagesWidthPx;
    this.panelsWidthPx = panels.objectsWidthPx;
    this.sections.read(panels.sections);
    this.cardPlace = panels.card;
    this.fillAlpha = view.fillAlpha;
    this.outlineOnly = view.outlineOnly;
    this.colorBy = view.colorBy;
    this.minimap = view.minimap;
    this.crosshair = view.crosshair;
    this.loupe = view.loupe;
    this.names = view.names;
    this.labelAlpha = view.labelAlpha;
    this.labelBoundaries = view.labelBoundaries;
    this.annotationOrder = view.annotationOrder;
  }

  /** What of it the settings file keeps. */
  toSettings(): Pick<Settings, 'theme' | 'panels' | 'view'> {
    const { fillAlpha, outlineOnly, colorBy, minimap, crosshair, loupe, names, annotationOrder } = this;
    const { labelAlpha, labelBoundaries } = this;
    return {
      theme: this.theme,
      panels: {
        ...this.#others.panels,
        images: this.showImages,
        objects: this.showPanels,
        imagesWidthPx: this.imagesWidthPx,
        objectsWidthPx: this.panelsWidthPx,
        sections: this.sections.toSettings(),
        card: this.cardPlace,
      },
      view: {
        ...this.#others.view,
        fillAlpha,
        outlineOnly,
        colorBy,
        minimap,
        crosshair,
        loupe,
        names,
        labelAlpha,
        labelBoundaries,
        annotationOrder,
      },
    };
  }
}
