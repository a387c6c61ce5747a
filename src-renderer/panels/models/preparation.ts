/** How a picture is prepared for a model, in the words of a form: presets of values, kinds of sizes. */
import type { ModelPreparation, ModelResize } from '@shared/models/types';

type Values = Pick<ModelPreparation, 'range' | 'mean' | 'std'>;

const plain = { mean: [0, 0, 0], std: [1, 1, 1] } as const;

export const valuePresets = [
  { value: 'unit', label: '0 to 1', values: { range: [0, 1], ...plain } },
  { value: 'bytes', label: '0 to 255', values: { range: [0, 255], ...plain } },
  { value: 'signed', label: '−1 to 1', values: { range: [-1, 1], ...plain } },
  {
    value: 'imagenet',
    label: 'ImageNet mean and deviation',
    values: { range: [0, 1], mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
  },
  {
    value: 'caffe',
    label: '0 to 255 less the mean of COCO (BGR)',
    values: { range: [0, 255], mean: [103.53, 116.28, 123.675], std: [1, 1, 1] },
  },
] as const satisfies readonly { value: string; label: string; values: Values }[];

export type ValuePreset = (typeof valuePresets)[number]['value'] | 'own';

/** The preset that gives the same numbers, however they are written. */
export function presetOf(values: Values): ValuePreset {
  return valuePresets.find((preset) => isSame(preset.values, values))?.value ?? 'own';
}

/** What black and white become in each channel. */
function ends({ range, mean, std }: Values): readonly number[] {
  return [0, 1, 2].flatMap((channel) => range.map((value) => (value - mean[channel]) / std[channel]));
}

function isSame(a: Values, b: Values): boolean {
  const other = ends(b);
  return ends(a).every((value, i) => Math.abs(value - other[i]) <= 1e-3 * (1 + Math.abs(value)));
}

export const resizeKinds = [
  { value: 'none', label: 'As it is' },
  { value: 'stretched', label: 'Fixed, stretched' },
  { value: 'letterbox', label: 'Fixed, with a border right and below' },
  { value: 'centred', label: 'Fixed, with a border all around' },
  { value: 'shortestSide', label: 'By the shorter side' },
  { value: 'longestSide', label: 'By the longer side' },
  { value: 'scale', label: 'Scaled' },
] as const;

export type ResizeKind = (typeof resizeKinds)[number]['value'];

export function kindOf(resize: ModelResize): ResizeKind {
  if (resize.mode !== 'fixed') return resize.mode;
  return !resize.keepAspect ? 'stretched' : resize.centred ? 'centred' : 'letterbox';
}

/** Of the same size, as far as the kind has one. */
export function withKind(resize: ModelResize, kind: ResizeKind): ModelResize {
  const { width, height } = sizeOf(resize);
  switch (kind) {
    case 'none':
      return { mode: 'none' };
    case 'scale':
      return { mode: 'scale', scale: 1 };
    case 'shortestSide':
      return { mode: 'shortestSide', side: Math.min(width, height) };
    case 'longestSide':
      return { mode: 'longestSide', side: Math.max(width, height) };
    default:
      return { mode: 'fixed', width, height, keepAspect: kind !== 'stretched', centred: kind === 'centred' };
  }
}

/** A size to begin with where there is none. */
const usualSide = 640;

function sizeOf(resize: ModelResize): { readonly width: number; readonly height: number } {
  if (resize.mode === 'fixed') return resize;
  const side = 'side' in resize ? resize.side : usualSide;
  return { width: side, height: side };
}

/** The numbers of a size, each with what it is. */
export function numbersOf(resize: ModelResize): readonly { readonly key: string; readonly label: string }[] {
  switch (resize.mode) {
    case 'none':
      return [];
    case 'scale':
      return [{ key: 'scale', label: 'Factor' }];
    case 'fixed':
      return [
        { key: 'width', label: 'Width' },
        { key: 'height', label: 'Height' },
      ];
    default:
      return [{ key: 'side', label: 'Side' }];
  }
}

export const withNumber = (resize: ModelResize, key: string, value: number): ModelResize => ({
  ...resize,
  [key]: value,
});

export const numberOf = (resize: ModelResize, key: string): number =>
  (resize as unknown as Readonly<Record<string, number>>)[key];
