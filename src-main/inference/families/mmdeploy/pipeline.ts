/** What mmdeploy's pipeline.json says of the input: its list of transforms, from the file to the tensor. */
import type { ModelInput } from '../../catalog/imageInput';

export interface PipelineInput {
  /** Values and padding, as far as they are said. */
  readonly values: Partial<ModelInput>;
  readonly resize: ModelInput['resize'] | null;
  /** Whether the image keeps its proportions in an input of a fixed size. */
  readonly keepAspect: boolean | null;
}

type Transform = Readonly<Record<string, unknown>>;

/** Null where there is no list of transforms. */
export function readPipeline(pipeline: Readonly<Record<string, unknown>> | null): PipelineInput | null {
  const transforms = findTransforms(pipeline);
  if (!transforms) return null;
  const last = (type: string) => transforms.map((one) => one.type).lastIndexOf(type);
  const [resize, normalize] = [transforms[last('Resize')], transforms[last('Normalize')]];
  const pads = transforms.filter(({ type }) => type === 'Pad');
  const sized = pads.map(({ size }) => pairOf(size)).find((one) => one !== null) ?? undefined;
  const divisor = pads.map(({ size_divisor }) => positive(size_divisor)).find((one) => one !== null);
  const [mean, std] = [tripleOf(normalize?.mean), tripleOf(normalize?.std)];
  const isNormal = mean !== null && std !== null && std.every((one) => one > 0);
  const padding = transforms.findIndex(({ type, pad_val }) => type === 'Pad' && pad_val !== undefined);
  const padded = padding < 0 ? null : pixelOf(transforms[padding].pad_val);
  // Padding that was laid before is normalised with the picture.
  const isBefore = isNormal && padding < last('Normalize');
  const padValue = padded?.map((value, c) => (isBefore ? (value - mean[c]) / std[c] : value));
  const size = pairOf(resize?.size ?? resize?.scale ?? resize?.img_scale);
  const keepAspect = typeof resize?.keep_ratio === 'boolean' ? resize.keep_ratio : null;
  return {
    values: {
      ...(typeof normalize?.to_rgb === 'boolean' ? { colour: normalize.to_rgb ? 'RGB' : 'BGR' } : {}),
      ...(isNormal ? { range: [0, 255], mean, std } : {}),
      ...(divisor ? { padTo: divisor } : {}),
      // One number for all channels: the original's differ by a fraction of a deviation.
      ...(padValue ? { padValue: padValue.reduce((sum, value) => sum + value, 0) / padValue.length } : {}),
    },
    resize: resizeOf(size, keepAspect !== false, sized),
    keepAspect,
  };
}

/** Sides come as width and height; where proportions are kept, the greater one is what the longer side may have. */
function resizeOf(
  size: readonly [number, number] | null,
  keepAspect: boolean,
  padded: readonly [number, number] | undefined,
): ModelInput['resize'] | null {
  if (!size) return null;
  const [width, height] = padded ?? size;
  if (padded || !keepAspect) return { mode: 'fixed', width, height, keepAspect, centred: false };
  return { mode: 'shortestSide', side: Math.min(...size), maxSide: Math.max(...size) };
}

function findTransforms(pipeline: Readonly<Record<string, unknown>> | null): readonly Transform[] | null {
  const { tasks } = asObject(asObject(pipeline).pipeline);
  for (const task of Array.isArray(tasks) ? (tasks as unknown[]) : []) {
    const { transforms } = asObject(task);
    if (Array.isArray(transforms)) return transforms.map(asObject);
  }
  return null;
}

const asObject = (value: unknown): Transform =>
  typeof value === 'object' && value !== null ? (value as Transform) : {};
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const positive = (value: unknown): number | null => (isNumber(value) && value > 0 ? value : null);

function tripleOf(value: unknown): [number, number, number] | null {
  return Array.isArray(value) && value.length === 3 && value.every(isNumber)
    ? (value as [number, number, number])
    : null;
}

function pairOf(value: unknown): readonly [number, number] | null {
  const isPair = Array.isArray(value) && value.length === 2 && value.every((one) => positive(one) !== null);
  return isPair ? (value as [number, number]) : null;
}

/** A number, one for each channel, or either of them as "img". */
function pixelOf(value: unknown): [number, number, number] | null {
  const said = Array.isArray(value) || isNumber(value) ? value : asObject(value).img;
  return isNumber(said) ? [said, said, said] : tripleOf(said);
}
