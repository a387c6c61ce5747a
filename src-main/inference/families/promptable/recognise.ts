/** Segment Anything and its kin, by the names of a decoder’s inputs; the encoder is the other file. */
import type { ModelFacts } from '../../catalog/facts';
import type { ModelInput } from '../../catalog/imageInput';
import type { GraphFacts, TensorFacts } from '../../catalog/onnxFile';
import { asBytes, type Guess, IMAGENET, IMAGENET_BYTES, imageInputOf, quoted } from '../guess';

const isPoints = ({ name }: TensorFacts) => /point_coords/.test(name);
const isLabels = ({ name }: TensorFacts) => /point_labels/.test(name);

export function recognise({ graphs }: ModelFacts): Guess | null {
  if (graphs.length !== 2) return null;
  const decoder = graphs.find(({ inputs }) => inputs.some(isPoints) && inputs.some(isLabels));
  const encoder = graphs.find((graph) => graph !== decoder);
  if (!decoder || !encoder) return null;
  const input = (fits: (tensor: TensorFacts) => boolean) => decoder.inputs.find(fits);
  const image = imageInputOf(encoder);
  const points = input(isPoints)!;
  const features = decoder.inputs.filter(({ name }) => /high_res/.test(name));
  const embedding = input(({ name }) => /embed/.test(name));
  const scores = decoder.outputs.find(({ name }) => /iou|score/.test(name));
  const low = decoder.outputs.find(({ name }) => /low_res/.test(name));
  const masks = low ?? decoder.outputs.find((one) => one !== scores && /mask/.test(one.name));
  if (!image || !embedding || !scores || !masks) return null;
  const prior = input(({ name }) => name === 'mask_input');
  const hasPrior = input(({ name }) => name === 'has_mask_input');
  const originalSize = input(({ name }) => name === 'orig_im_size');
  const isEfficient = points.dims.length === 4;
  const isSecond = features.length > 0;
  const side = sideOf(masks, prior);
  const enlargedTo = isEfficient || isSecond ? NaN : squareOf(image);
  const kind = isEfficient ? 'EfficientSAM' : isSecond ? 'SAM 2' : 'Segment Anything';
  return {
    confidence: 0.97,
    evidence: [
      `${kind}: a decoder that takes ${quoted(points)}`,
      `an encoder that takes an image ${quoted({ ...image, dims: dimsOf(encoder, image.name) })}`,
    ],
    part: {
      encoder: {
        ...encoderPart(image, isEfficient, isSecond),
        embedding: { name: matching(encoder, embedding) },
        ...(isSecond
          ? {
              features: Object.fromEntries(
                features.map(({ name }) => [name, { name: matching(encoder, { name } as TensorFacts) }]),
              ),
            }
          : {}),
      },
      decoder: {
        embedding: { name: embedding.name },
        ...(isSecond ? { features: Object.fromEntries(features.map(({ name }) => [name, { name }])) } : {}),
        points: { name: points.name, ...(isEfficient ? { rank: 4, space: 'original size' } : {}) },
        labels: { name: input(isLabels)!.name },
        ...(prior ? { prior: { name: prior.name, side } } : {}),
        ...(hasPrior ? { hasPrior: { name: hasPrior.name } } : {}),
        ...(originalSize ? { originalSize: { name: originalSize.name } } : {}),
        // Segment Anything's own code enlarges the small masks to the encoder's square first.
        masks: { name: masks.name, side, ...(low && enlargedTo % side === 0 ? { enlargedTo } : {}) },
        scores: { name: scores.name },
        ...(isEfficient ? { wholeMask: 3 } : {}),
      },
    },
    roles: graphs.map((graph) => (graph === decoder ? 'decoder' : 'encoder')),
    classes: 0,
  };
}

function sideOf(masks: TensorFacts, prior: TensorFacts | undefined): number {
  const [, , , width] = prior?.dims ?? [];
  if (typeof width === 'number') return width;
  const last = masks.dims[masks.dims.length - 1];
  return typeof last === 'number' ? last : 256;
}

const dimsOf = ({ inputs }: GraphFacts, name: string) => inputs.find((one) => one.name === name)?.dims ?? [];

/** The encoder’s output that a decoder’s input means: of its name, else the first that is left. */
function matching({ outputs }: GraphFacts, { name }: TensorFacts): string {
  const same = outputs.find((output) => output.name === name);
  if (same) return same.name;
  const number = /\d$/.exec(name)?.[0];
  const high = /high_res/.test(name)
    ? outputs.find((output) => /high_res/.test(output.name) && output.name.endsWith(number ?? ''))
    : null;
  return (high ?? outputs.find((output) => !/high_res/.test(output.name)) ?? outputs[0]).name;
}

type ImageInput = NonNullable<ReturnType<typeof imageInputOf>>;

const squareOf = ({ height }: ImageInput) => (typeof height === 'number' && height > 1 ? height : 1024);

function encoderPart(image: ImageInput, isEfficient: boolean, isSecond: boolean) {
  const { name, layout } = image;
  const side = squareOf(image);
  const square = { mode: 'fixed', width: side, height: side };
  const values = (normal: Partial<ModelInput>) => ({
    ...(layout === 'NCHW' ? {} : { layout }),
    ...(image.type === 'uint8' ? asBytes(normal) : normal),
  });
  if (isEfficient) return { input: { name, ...values({}), resize: square } };
  if (isSecond) return { input: { name, ...values(IMAGENET), resize: square } };
  const resize = { mode: 'longestSide', side };
  // An encoder that takes height, width and colour in this order normalises and pads by itself.
  if (layout === 'HWC') return { input: { name, layout, range: [0, 255], resize }, square: side };
  const normal = values(IMAGENET_BYTES);
  return { input: { name, ...normal, resize, padTo: side } };
}
