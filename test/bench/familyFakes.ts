/**
 * Outputs of the size that real networks of each family give, made up: some thirty objects on a picture of 640 x 640; and how much work
 * the least of the published networks is.
 */
import type { OutputTensor } from '../../src-main/inference/graph/graph';
import { randomFrom } from '@shared/dataset/random';

/** The least of a family. */
interface Network {
  /** Which one, and where its work is counted from. */
  readonly name: string;
  /** Billions of multiply-adds for the picture. Of networks on ResNet-50 only that is counted: 4.09 at 224 x 224. */
  readonly gmacs: number;
}

export interface Fake {
  readonly family: string;
  readonly categories: number;
  /** Beside the head of model.json. */
  readonly part: { readonly input: object; readonly outputs: object; readonly defaults?: object };
  readonly network: Network;
  /** By the keys of the outputs. */
  readonly tensors: () => Readonly<Record<string, OutputTensor>>;
}

const tensor = (dims: number[], at: (i: number) => number): OutputTensor => {
  const data = new Float32Array(dims.reduce((a, b) => a * b));
  for (let i = 0; i < data.length; i++) data[i] = at(i);
  return { dims, data };
};
const named = (...names: string[]) => Object.fromEntries(names.map((name) => [name, { name }]));
const fixed = (side: number) => ({
  name: 'image',
  resize: { mode: 'fixed', width: side, height: side },
});

/** Logits of a round thing in each of `count` planes of `side` x `side`; 36 places, the same ones in every run. */
function discs(count: number, side: number): (i: number) => number {
  const random = randomFrom(count);
  const places = Array.from({ length: count }, (_, k) => {
    const [column, row] = [k % 6, Math.floor(k / 6) % 6];
    return [(side * (column + random())) / 6, (side * (row + random())) / 6, side * (0.05 + 0.06 * random())];
  });
  return (i) => {
    const [cx, cy, radius] = places[Math.floor(i / (side * side))];
    const [x, y] = [i % side, Math.floor(i / side) % side];
    return (radius - Math.hypot(x - cx, y - cy)) * 0.5;
  };
}

export const resnet50 = (name: string, width: number, height: number): Network => ({
  name: `${name}'s ResNet-50 at ${width} x ${height}`,
  gmacs: (4.09 * width * height) / 224 ** 2,
});

/** Of `count` candidates the few that are sure: about four for each of thirty objects. */
const isObject = (i: number, count: number) => i % Math.floor(count / 120) === 0;

const discs28 = discs(100, 28);

/** `count` boxes of 180 pixels with their scores and labels from `first` on. */
function boxed(count: number, first: number) {
  return {
    boxes: tensor([count, 4], (i) => (((i >> 2) * 61) % 500) + (i % 4 < 2 ? 0 : 180)),
    labels: { dims: [count], data: BigInt64Array.from({ length: count }, (_, i) => BigInt(first + (i % 80))) },
    scores: tensor([count], (i) => 0.99 - i / (2 * count)),
  };
}

/** Of a lattice of round nuclei: from the middle of the nearest one, and how deep inside it a place lies, 1 in its middle, 0 outside. */
function nucleus(x: number, y: number, pitch: number, radius: number) {
  const [dx, dy] = [(x % pitch) - pitch / 2, (y % pitch) - pitch / 2];
  return { dx, dy, depth: Math.max(0, 1 - Math.hypot(dx, dy) / radius) };
}

export const fakes: readonly Fake[] = [
  {
    family: 'yolo-seg',
    categories: 80,
    part: {
      input: { ...fixed(640), resize: { mode: 'fixed', width: 640, height: 640, keepAspect: true, centred: true } },
      outputs: named('detections', 'protos'),
      defaults: { nms: 0.7 },
    },
    network: { name: 'yolo11n-seg at 640 x 640 (Ultralytics)', gmacs: 5.2 },
    tensors: () => ({
      detections: tensor([1, 116, 8400], (at) => {
        const [row, i] = [Math.floor(at / 8400), at % 8400];
        if (row < 2) return 60 + ((Math.floor(i / 280) * (row === 0 ? 131 : 197)) % 520);
        if (row < 4) return 60 + (i % 7) * 20;
        if (row < 84) return isObject(i, 8400) && row === 4 + (Math.floor(i / 280) % 80) ? 0.6 : 0.001;
        return ((at * 7919) % 101) / 101 - 0.5;
      }),
      protos: tensor([1, 32, 160, 160], discs(32, 160)),
    }),
  },
  {
    family: 'detr-seg',
    categories: 90,
    part: { input: fixed(312), outputs: named('classes', 'masks') },
    network: { name: 'the ViT-S of RF-DETR-Seg nano at 312 x 312, 676 tokens', gmacs: 14.4 },
    tensors: () => ({
      classes: tensor([1, 100, 91], (i) => (Math.floor(i / 91) < 30 && i % 91 === 1 + Math.floor(i / 91) ? 2 : -6)),
      masks: tensor([1, 100, 78, 78], discs(100, 78)),
    }),
  },
  {
    family: 'maskrcnn-roi',
    categories: 80,
    part: {
      input: { name: 'image', resize: { mode: 'shortestSide', side: 800, maxSide: 1333 }, padTo: 32 },
      outputs: { ...named('boxes', 'scores', 'masks'), labels: { name: 'labels', firstCategory: 1 } },
    },
    network: resnet50('Mask R-CNN', 800, 800),
    tensors: () => ({
      ...boxed(100, 1),
      masks: tensor([100, 1, 28, 28], (i) => 1 / (1 + Math.exp(-discs28(i)))),
    }),
  },
  {
    family: 'query-masks',
    categories: 133,
    part: {
      input: fixed(384),
      outputs: {
        task: 'panoptic',
        classes: { name: 'classes' },
        masks: { name: 'masks', upsample: { width: 384, height: 384 } },
      },
    },
    network: { name: 'Mask2Former on Swin-T at 384 x 384, by its paper’s 74 at 512 x 512', gmacs: 41.6 },
    tensors: () => ({
      classes: tensor([1, 100, 134], (i) => {
        const query = Math.floor(i / 134);
        return i % 134 === (query < 25 ? query : 133) ? 9 : 0;
      }),
      masks: tensor([1, 100, 96, 96], discs(100, 96)),
    }),
  },
  {
    family: 'semantic',
    categories: 150,
    part: { input: fixed(512), outputs: named('map') },
    network: { name: 'SegFormer-B0 at 512 x 512 (its paper)', gmacs: 8.4 },
    tensors: () => ({ map: tensor([1, 150, 128, 128], discs(150, 128)) }),
  },
  {
    family: 'maskrcnn-torchvision',
    categories: 90,
    part: {
      input: { name: 'image', resize: { mode: 'none' } },
      outputs: { ...named('boxes', 'scores', 'masks'), labels: { name: 'labels', firstCategory: 1 } },
    },
    network: resnet50('Mask R-CNN', 800, 800),
    tensors: () => {
      const at = discs(40, 640);
      return { ...boxed(40, 1), masks: tensor([40, 1, 640, 640], (i) => (at(i) > 0 ? 1 : 0)) };
    },
  },
  {
    family: 'detectron2',
    categories: 80,
    part: {
      input: {
        ...{ name: 'image', layout: 'CHW', colour: 'BGR', range: [0, 255] },
        resize: { mode: 'shortestSide', side: 800, maxSide: 1333 },
      },
      outputs: named('boxes', 'scores', 'masks', 'labels'),
    },
    network: resnet50('Mask R-CNN', 800, 800),
    tensors: () => ({
      ...boxed(100, 0),
      masks: tensor([100, 1, 28, 28], (i) => 1 / (1 + Math.exp(-discs28(i)))),
    }),
  },
  {
    family: 'mmdeploy',
    categories: 80,
    part: {
      input: { ...fixed(640), resize: { mode: 'fixed', width: 640, height: 640, keepAspect: true } },
      outputs: named('dets', 'labels', 'masks'),
    },
    network: { name: 'RTMDet-Ins-tiny at 640 x 640 (mmdetection)', gmacs: 11.8 },
    tensors: () => {
      const { boxes, scores, labels } = boxed(40, 0);
      const at = discs(40, 640);
      return {
        dets: tensor(
          [1, 40, 5],
          (i) => (i % 5 === 4 ? scores.data[Math.floor(i / 5)] : boxes.data[Math.floor(i / 5) * 4 + (i % 5)]) as number,
        ),
        labels: { dims: [1, 40], data: labels.data },
        masks: tensor([1, 40, 640, 640], (i) => (at(i) > 0 ? 1 : 0)),
      };
    },
  },
  {
    family: 'yolact',
    categories: 80,
    part: { input: fixed(550), outputs: named('loc', 'conf', 'coefficients', 'protos'), defaults: { nms: 0.5 } },
    network: resnet50('YOLACT', 550, 550),
    tensors: () => {
      const at = discs(32, 138);
      return {
        loc: tensor([1, 19248, 4], () => 0),
        conf: tensor([1, 19248, 81], (i) => {
          const anchor = Math.floor(i / 81);
          if (anchor % 160 >= 3) return i % 81 === 0 ? 1 : 0;
          return i % 81 === 1 + (Math.floor(anchor / 160) % 80) ? 0.7 : 0;
        }),
        coefficients: tensor([1, 19248, 32], (i) => (i % 32 === Math.floor(i / 32) % 32 ? 1 : 0)),
        protos: tensor([1, 138, 138, 32], (i) => at((i % 32) * 138 * 138 + Math.floor(i / 32))),
      };
    },
  },
  {
    family: 'solo',
    categories: 80,
    part: {
      input: { name: 'image', resize: { mode: 'shortestSide', side: 800, maxSide: 1333 }, padTo: 32 },
      outputs: {
        levels: [8, 8, 16, 32, 32].map((stride, i) => ({
          ...{ stride, categories: { name: `c${i}`, values: 'peaks' }, kernels: { name: `k${i}` } },
        })),
        features: { name: 'features' },
      },
    },
    network: resnet50('SOLOv2', 800, 800),
    tensors: () => {
      const at = discs(256, 200);
      const grids = [40, 36, 24, 16, 12].map((side, level) => [
        // Thirty objects, each at four cells of one of three levels.
        [
          `levels/${level}/categories`,
          tensor([1, 80, side, side], (i) => {
            const cell = i % (side * side);
            const category = Math.floor(i / (side * side));
            return level < 3 && cell % 13 === 0 && cell < 13 * 40 && category === Math.floor(cell / 52) + 10 * level
              ? 0.8
              : 0;
          }),
        ],
        [
          `levels/${level}/kernels`,
          tensor([1, 256, side, side], (i) => {
            const cell = i % (side * side);
            return Math.floor(i / (side * side)) === Math.floor(cell / 52) + 10 * level ? 1 : 0;
          }),
        ],
      ]);
      return { ...Object.fromEntries(grids.flat()), features: tensor([1, 256, 200, 200], at) };
    },
  },
  {
    family: 'stardist',
    categories: 1,
    part: {
      input: {
        name: 'image',
        layout: 'NHWC',
        colour: 'grey',
        percentiles: [1, 99.8],
        resize: { mode: 'none' },
        padTo: 16,
      },
      outputs: { ...named('probability', 'distances'), grid: 2 },
      defaults: { nms: 0.4 },
    },
    network: { name: 'the U-Net of 2D_versatile_fluo at 640 x 640, by its layers', gmacs: 20 },
    tensors: () => ({
      probability: tensor([1, 320, 320, 1], (i) => nucleus(i % 320, Math.floor(i / 320), 32, 10).depth),
      distances: tensor([1, 320, 320, 32], (i) => {
        const cell = Math.floor(i / 32);
        const { dx, dy } = nucleus(cell % 320, Math.floor(cell / 320), 32, 10);
        const angle = ((i % 32) / 32) * 2 * Math.PI;
        const along = dx * Math.cos(angle) + dy * Math.sin(angle);
        return 2 * (-along + Math.sqrt(Math.max(0, along ** 2 + 100 - dx ** 2 - dy ** 2)));
      }),
    }),
  },
  {
    family: 'cellpose',
    categories: 1,
    part: {
      input: { name: 'image', colour: 'grey and zeros', percentiles: [1, 99], resize: { mode: 'none' }, padTo: 16 },
      outputs: named('flows'),
    },
    network: { name: 'cyto’s network (CPnet of 32 to 256 channels) at 640 x 640, by its layers', gmacs: 126.6 },
    tensors: () => ({
      flows: tensor([1, 3, 640, 640], (i) => {
        const at = i % 409_600;
        const { dx, dy, depth } = nucleus(at % 640, Math.floor(at / 640), 64, 20);
        const channel = Math.floor(i / 409_600);
        if (channel === 2) return depth > 0 ? 6 : -6;
        // Of length 1, five times enlarged, and fading in the middle, where it turns round.
        const length = Math.max(2, Math.hypot(dx, dy));
        return depth > 0 ? (-5 * (channel === 0 ? dy : dx)) / length : 0;
      }),
    }),
  },
];
