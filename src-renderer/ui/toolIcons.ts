/** The icons that tools name in their manifests; each means one tool. */
import Brush from '@lucide/svelte/icons/brush';
import Contrast from '@lucide/svelte/icons/contrast';
import Eraser from '@lucide/svelte/icons/eraser';
import Focus from '@lucide/svelte/icons/focus';
import Lasso from '@lucide/svelte/icons/lasso';
import MousePointer2 from '@lucide/svelte/icons/mouse-pointer-2';
import MousePointerClick from '@lucide/svelte/icons/mouse-pointer-click';
import PaintBucket from '@lucide/svelte/icons/paint-bucket';
import Palette from '@lucide/svelte/icons/palette';
import Scissors from '@lucide/svelte/icons/scissors';
import Shapes from '@lucide/svelte/icons/shapes';
import Slice from '@lucide/svelte/icons/slice';
import Square from '@lucide/svelte/icons/square';
import Trophy from '@lucide/svelte/icons/trophy';
import VectorPolygon from '@lucide/svelte/icons/vector-polygon';
import WandSparkles from '@lucide/svelte/icons/wand-sparkles';
import Waves from '@lucide/svelte/icons/waves';
import Honeycomb from './icons/Honeycomb.svelte';
import LassoCut from './icons/LassoCut.svelte';

export const toolIcons = {
  brush: Brush,
  contrast: Contrast,
  eraser: Eraser,
  focus: Focus,
  honeycomb: Honeycomb,
  lasso: Lasso,
  'lasso-cut': LassoCut,
  'mouse-pointer-2': MousePointer2,
  'mouse-pointer-click': MousePointerClick,
  'paint-bucket': PaintBucket,
  palette: Palette,
  scissors: Scissors,
  shapes: Shapes,
  slice: Slice,
  square: Square,
  trophy: Trophy,
  'vector-polygon': VectorPolygon,
  'wand-sparkles': WandSparkles,
  waves: Waves,
};

export type ToolIconName = keyof typeof toolIcons;
