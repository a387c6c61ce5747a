/** How things are shown: theme and canvas options. None of it is part of a document or of its undo. */
import { DEFAULT_OPTIONS, type CanvasOptions } from '../canvas/drawOrder';

export class ViewSettings {
  theme = $state<'dark' | 'light'>('dark');
  fillAlpha = $state(DEFAULT_OPTIONS.fillAlpha);
  outlineOnly = $state(false);
  colorBy = $state<CanvasOptions['colorBy']>('category');
  minimap = $state(false);
  crosshair = $state(false);
  showImages = $state(true);
  showPanels = $state(true);
  /** Of the picture alone, 1: as it is. */
  brightness = $state(1);
  contrast = $state(1);

  get imageFilter(): string {
    if (this.brightness === 1 && this.contrast === 1) return 'none';
    return `brightness(${this.brightness}) contrast(${this.contrast})`;
  }
}
