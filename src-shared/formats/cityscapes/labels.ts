/** Cityscapes' classes with their numbers: those of the preset, and those that its evaluation leaves out. */
import { categoryPresets } from '../../document/presets';

export interface CityLabel {
  /** In the maps; below 0: never drawn into them. */
  readonly id: number;
  readonly name: string;
  readonly group: string;
  /** `#rrggbb` */
  readonly color: string;
  /** Its objects are told apart. */
  readonly hasInstances: boolean;
}

/** github.com/mcordts/cityscapesScripts, helpers/labels.py. 0, unlabeled, is no class here. */
const leftOut: readonly (readonly [id: number, name: string, group: string, color: string])[] = [
  [1, 'ego vehicle', 'void', '#000000'],
  [2, 'rectification border', 'void', '#000000'],
  [3, 'out of roi', 'void', '#000000'],
  [4, 'static', 'void', '#000000'],
  [5, 'dynamic', 'void', '#6f4a00'],
  [6, 'ground', 'void', '#510051'],
  [9, 'parking', 'flat', '#faaaa0'],
  [10, 'rail track', 'flat', '#e6968c'],
  [14, 'guard rail', 'construction', '#b4a5b4'],
  [15, 'bridge', 'construction', '#966464'],
  [16, 'tunnel', 'construction', '#96785a'],
  [18, 'polegroup', 'object', '#999999'],
  [29, 'caravan', 'vehicle', '#00005a'],
  [30, 'trailer', 'vehicle', '#00006e'],
  [-1, 'license plate', 'vehicle', '#00008e'],
];

const evaluated = categoryPresets.find(({ id }) => id === 'cityscapes')!.categories;

const cityLabels: readonly CityLabel[] = [
  ...evaluated.map(({ id, name, supercategory = '', color = '#000000', isThing = true }) => {
    return { id, name, group: supercategory, color, hasInstances: isThing };
  }),
  ...leftOut.map(([id, name, group, color]) => {
    return { id, name, group, color, hasInstances: group === 'vehicle' && id > 0 };
  }),
];

/** Names of the classes that evaluations leave out. */
export const leftOutNames: ReadonlySet<string> = new Set(leftOut.map(([, name]) => name));

export const labelsByName: ReadonlyMap<string, CityLabel> = new Map(cityLabels.map((label) => [label.name, label]));

export const labelsById: ReadonlyMap<number, CityLabel> = new Map(cityLabels.map((label) => [label.id, label]));

/** What an object's label says: `cargroup` are cars that are not told apart. */
export function readLabel(label: string): { readonly name: string; readonly isGroup: boolean } {
  const base = label.endsWith('group') && !labelsByName.has(label) ? label.slice(0, -'group'.length) : null;
  return base !== null && labelsByName.get(base)?.hasInstances
    ? { name: base, isGroup: true }
    : { name: label, isGroup: false };
}

/** Numbers of objects are those of their class times this, and counted from there. */
export const perClass = 1000;
