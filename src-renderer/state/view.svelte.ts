/** How things are shown: theme and canvas options. None of it is part of a document or of its undo. */
import { defaultSettings, type Settings } from '@shared/settings';
import { DEFAULT_OPTIONS, type CanvasOptions } from '../canvas/drawOrder';

/** First width of each side panel and how far it can be dragged, CSS pixels. */
export const panelWidths = {
  images: { initialPx: defaultSettings.panels.imagesWidthPx, minPx: 180, maxPx: 560 },
  objects: { initialPx: defaultSettings.panels.objectsWidthPx, minPx: 220, maxPx: 640 },
} as const;

export class ViewSettings {
  theme = $state<'dark' | 'light'>('dark');
  fillAlpha = $state(DEFAULT_OPTIONS.fillAlpha);
  outlineOnly = $state(false);
  colorBy = $state<CanvasOptions['colorBy']>('category');
  minimap = $state(false);
  crosshair = $state(false);
  showImages = $state(true);
  showPanels = $state(true);
  /** CSS pixels. */
  imagesWidthPx = $state(defaultSettings.panels.imagesWidthPx);
  panelsWidthPx = $state(defaultSettings.panels.objectsWidthPx);
  /** What the file says of other versions' settings, written back as it came. */
  #others: Pick<Settings, 'panels' | 'view'> = defaultSettings;
  /** Of the picture alone, 1: as it is. */
  brightness = $state(1);
  contrast = $state(1);

  get imageFilter(): string {
    if (this.brightness === 1 && this.contrast === 1) return 'none';
    return `brightness(${this.brightness}) contrast(${this.contrast})`;
  }

  /** Takes over what the settings file says. */
  read({ theme, panels, view }: Settings): void {
    this.#others = { panels, view };
    this.theme = theme;
    this.showImages = panels.images;
    this.showPanels = panels.objects;
    this.imagesWidthPx = panels.imagesWidthPx;
    this.panelsWidthPx = panels.objectsWidthPx;
    this.fillAlpha = view.fillAlpha;
    this.outlineOnly = view.outlineOnly;
    this.colorBy = view.colorBy;
    this.minimap = view.minimap;
    this.crosshair = view.crosshair;
  }

  /** What of it the settings file keeps. */
  toSettings(): Pick<Settings, 'theme' | 'panels' | 'view'> {
    const { fillAlpha, outlineOnly, colorBy, minimap, crosshair } = this;
    return {
      theme: this.theme,
      panels: {
        ...this.#others.panels,
        images: this.showImages,
        objects: this.showPanels,
        imagesWidthPx: this.imagesWidthPx,
        objectsWidthPx: this.panelsWidthPx,
      },
      view: { ...this.#others.view, fillAlpha, outlineOnly, colorBy, minimap, crosshair },
    };
  }
}
