/** How a family recognises its models: what it says for it, and the pieces of model.json that can be read off a graph. */
import type { ModelInput } from '../catalog/imageInput';
import { type ModelFacts, namesOf } from '../catalog/facts';
import type { GraphFacts, TensorFacts } from '../catalog/onnxFile';

/** What a family makes of a file. */
export interface Guess {
  /** 0..1; above 0.8 is a match of names or shapes that no other family has. */
  readonly confidence: number;
  /** What speaks for it, each a few words for people. */
  readonly evidence: readonly string[];
  /** What could only be assumed. */
  readonly assumed?: readonly string[];
  /** Keys of model.json beside the head. */
  readonly part: Readonly<Record<string, unknown>>;
  /** Role of each graph, in their order. */
  readonly roles: readonly string[];
  /** How many classes the graph tells apart; names are found for them. */
  readonly classes: number | null;
  /** A map of classes, as scores of each or as their numbers: one of unknown classes is not taken for COCO's, as detectors are. */
  readonly map?: 'scores' | 'numbers';
  /** Numbers of classes are COCO's sparse ids; `ids after background`: as torchvision counts, where 0 is the background. */
  readonly numbering?: 'order' | 'ids' | 'ids after background';
  readonly defaults?: Readonly<Record<string, unknown>>;
}

/** A part of an input of model.json. */
export type InputGuess = Partial<Omit<ModelInput, 'name'>> & { readonly name: string };

/** Mean and deviation of ImageNet, of values from 0 to 1, and of bytes as most libraries round them. */
export const IMAGENET: Pick<ModelInput, 'mean' | 'std'> = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };
export const IMAGENET_BYTES: Pick<ModelInput, 'range' | 'mean' | 'std'> = {
  range: [0, 255],
  mean: [123.675, 116.28, 103.53],
  std: [58.395, 57.12, 57.375],
};

/** The input that can take an image, with its layout and size; null where there is none. */
export function imageInputOf({ inputs }: GraphFacts) {
  for (const { name, dims, type } of inputs) {
    const layout = layoutOf(dims);
    if (!layout || !/^(float|uint8|double)/.test(type)) continue;
    const at = (letter: string) => dims[layout.indexOf(letter)];
    return { name, type, layout, height: at('H'), width: at('W'), channels: at('C') };
  }
  return null;
}

function layoutOf(dims: TensorFacts['dims']): ModelInput['layout'] | null {
  const isColour = (dim: number | string | null | undefined) => dim === 1 || dim === 2 || dim === 3;
  if (dims.length === 4) {
    if (isColour(dims[1])) return 'NCHW';
    return isColour(dims[3]) ? 'NHWC' : typeof dims[1] !== 'number' ? 'NCHW' : null;
  }
  if (dims.length !== 3) return null;
  if (isColour(dims[0])) return 'CHW';
  return isColour(dims[2]) ? 'HWC' : null;
}

/**
 * An input of model.json: what the graph fixes, then what preprocessor_config.json says, then `usual`. `whenFree` is the resizing of
 * a graph that takes any size.
 */
export function inputGuess(
  graph: GraphFacts,
  { beside }: ModelFacts,
  usual: Partial<ModelInput>,
  whenFree: ModelInput['resize'],
  fixed: { readonly keepAspect?: boolean; readonly centred?: boolean } = {},
): InputGuess | null {
  const image = imageInputOf(graph);
  if (!image) return null;
  const { name, layout, height, width, channels } = image;
  const said = preprocessing(beside.preprocessor);
  const isFixed = typeof height === 'number' && typeof width === 'number' && height > 1 && width > 1;
  const { resize: saidResize, ...saidRest } = said;
  const grey =
    channels === 1 ? { colour: 'grey' as const } : channels === 2 ? { colour: 'grey and zeros' as const } : {};
  const guessed = { ...usual, ...grey, ...saidRest };
  return {
    name,
    ...(layout === 'NCHW' ? {} : { layout }),
    ...(image.type === 'uint8' ? asBytes(guessed) : guessed),
    resize: isFixed
      ? { mode: 'fixed', width, height, keepAspect: fixed.keepAspect ?? false, centred: fixed.centred ?? false }
      : (saidResize ?? whenFree),
  };
}

/** A graph that takes bytes takes the picture as it is and normalises inside: what else was guessed of values falls away. */
export function asBytes(input: Partial<ModelInput>): Partial<ModelInput> {
  const { range = [0, 1], mean: _mean, std: _std, white: _white, percentiles: _percentiles, padValue, ...rest } = input;
  const padding = padValue === undefined ? {} : { padValue: Math.round((padValue * 255) / range[1]) };
  return { ...rest, range: [0, 255], ...padding };
}

/** What Hugging Face's image processors say about an input. */
function preprocessing(config: Readonly<Record<string, unknown>> | null): Partial<ModelInput> {
  if (!config) return {};
  const triple = (value: unknown) =>
    Array.isArray(value) && value.length === 3 && value.every((one) => typeof one === 'number')
      ? (value as [number, number, number])
      : null;
  const factor = typeof config.rescale_factor === 'number' ? config.rescale_factor : 1 / 255;
  const [mean, std] = [triple(config.image_mean), triple(config.image_std)];
  const size = (typeof config.size === 'object' && config.size !== null ? config.size : {}) as Record<string, unknown>;
  const number = (value: unknown) => (typeof value === 'number' && value > 0 ? value : null);
  const side = number(config.size) ?? number(size.shortest_edge);
  const [width, height] = [number(size.width), number(size.height)];
  const most = number(size.longest_edge) ?? number(config.max_size);
  const divisor = number(config.size_divisor) ?? number(config.pad_size_divisor);
  return {
    range: config.do_rescale === false ? [0, 255] : [0, 255 * factor],
    ...(config.do_normalize === false || !mean || !std ? {} : { mean, std }),
    interpolation: 'antialiased',
    ...(divisor ? { padTo: divisor } : {}),
    ...(width && height
      ? { resize: { mode: 'fixed' as const, width, height, keepAspect: false, centred: false } }
      : side
        ? { resize: { mode: 'shortestSide' as const, side, ...(most ? { maxSide: most } : {}) } }
        : {}),
  };
}

/** Names of the classes, and where they were found. */
export function namesFor({
  graphs,
  beside,
}: ModelFacts): { readonly names: readonly string[]; readonly from: string } | null {
  if (beside.names) return { names: beside.names, from: 'the list of classes beside the model' };
  for (const { metadata } of graphs) {
    const names = metadata.names === undefined ? null : namesOf(readPythonDict(metadata.names));
    if (names) return { names, from: 'the metadata of the graph' };
  }
  const names = namesOf(beside.config?.id2label);
  return names ? { names, from: 'config.json' } : null;
}

/**
 * A Python dict of numbers and strings as Ultralytics writes it: `{0: 'person', 1: "dog's"}`; null for anything else.
 */
export function readPythonDict(text: string): Record<string, string> | null {
  const found: Record<string, string> = {};
  const entry = /\s*(\d+)\s*:\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\s*(,|\})/y;
  if (!text.trimStart().startsWith('{')) return null;
  entry.lastIndex = text.indexOf('{') + 1;
  for (let match = entry.exec(text); match; match = entry.exec(text)) {
    found[match[1]] = (match[2] ?? match[3]).replace(/\\(.)/g, '$1');
    if (match[4] === '}') return found;
  }
  return null;
}

/** The output of the name, by any of the names, in their order. */
export function outputNamed({ outputs }: GraphFacts, ...names: readonly string[]): TensorFacts | null {
  for (const name of names) {
    const found = outputs.find((output) => output.name === name);
    if (found) return found;
  }
  return null;
}

/** Whether a tensor can have the shape; null stands for any size, and a size that is not fixed for all of them. */
export function fits({ dims }: TensorFacts, shape: readonly (number | null)[]): boolean {
  return (
    dims.length === shape.length &&
    shape.every((size, i) => size === null || typeof dims[i] !== 'number' || dims[i] === size)
  );
}

/** Whether a tensor is what an encoder of the Segment Anything family hands to its decoder; in shape it could be scores of classes. */
export const isEmbedding = (tensor: TensorFacts): boolean =>
  /embed/i.test(tensor.name) || tensor.dims.slice(-3).join() === '256,64,64';

/** `[1, 38, 8400]`, with `?` for sizes that are not fixed, where nobody gave them a name: PyTorch makes up `Resizemasks_dim_0`. */
export const shown = ({ dims }: TensorFacts): string =>
  `[${dims.map((dim) => (dim === null || /_dim_\d+$/.test(String(dim)) ? '?' : dim)).join(', ')}]`;

export const quoted = (tensor: TensorFacts): string => `“${tensor.name}” ${shown(tensor)}`;
