/** Seeded calls of every request a window may make, each with something wrong in it: what a compromised page would try. */
import type { WindowRequests } from '@shared/ipc/window';
import { packPatch } from '@shared/ipc/packing';
import { createAnnotation } from '@shared/document/segmentation';

export interface Call {
  readonly method: string;
  readonly params: unknown;
}

type Templates = { readonly [K in keyof WindowRequests]: WindowRequests[K]['params'] };

const annotation = createAnnotation(
  {
    id: 900,
    imageId: 1,
    categoryId: 1,
    zOrder: 900,
    segmentation: { kind: 'polygons', parts: [{ outer: [1, 1, 9, 1, 9, 9], holes: [] }] },
  },
  [48, 64],
);
const rle = { kind: 'rle' as const, size: [48, 64] as const, counts: 'S38X100000000000000000m]2' };
const provenance = { tool: 'model', edits: 0 };
const proposal = { segmentation: rle, bbox: [0, 0, 2, 2] as const, area: 4, score: 0.5 };
const how = { kind: 'method' as const, method: 'threshold' as const, params: { level: 3 }, categoryName: 'cell' };
const category = { id: 1, name: 'cell', supercategory: null, color: null, hotkey: null };

/** `folder`: everything that is named lies there, and none of it exists. */
export function templates(folder: string, session: number): Templates {
  const path = `${folder}/none`;
  return {
    'project.open': { file: path },
    'project.openFolder': { folder: path },
    'project.openDataset': { path },
    'project.import': { path, replace: true },
    'project.close': {},
    'project.summary': {},
    'project.unsaved': {},
    'project.watch': {},
    'project.diagnostics': { integrity: true },
    'project.export': { path: `${path}.json`, format: 'coco', options: { masks: 'rle' }, overwrite: 'any' },
    'project.exportChanges': { path: `${path}.json`, format: 'coco', options: { masks: 'rle' }, overwrite: 'any' },
    'project.previewCopy': {
      imageId: 1,
      number: 1,
      augment: { copies: 1, seed: 0, splits: ['train'], flipHorizontal: 1, flipVertical: 0 },
    },
    'project.recognise': { path },
    'project.previewExport': { format: 'coco', options: { masks: 'rle' } },
    'project.relink': { folder: path },
    'project.lint': {},
    'project.fix': { codes: ['outside'], openImageId: null },
    'project.rescale': { imageIds: [1], openImageId: 1 },
    'project.labelRules': {},
    'project.voids': {},
    'project.setLabelRules': { rules: { oneOwner: true } },
    'image.list': { from: 0, count: 2 },
    'image.withCategory': { categoryId: 1 },
    'image.boxes': { imageId: 1 },
    'image.voids': { imageId: 1 },
    'image.withBoxes': { imageIds: [1] },
    'image.masks': { imageId: 1 },
    'image.unlabelled': { imageIds: [1] },
    'image.open': { imageId: 1 },
    'image.openPacked': { imageId: 1 },
    'image.source': { imageId: 1 },
    'image.setStatus': { imageId: 1, status: 'rejected', reason: 'blurred' },
    'image.setTags': { imageId: 1, tags: ['night'] },
    'document.commit': { imageId: 1, patch: { added: [annotation], updated: [], removed: [] }, gesture: 'draw' },
    'document.undo': { imageId: 1, step: 1 },
    'document.redo': { imageId: 1 },
    'document.commitPacked': {
      imageId: 1,
      packed: packPatch({ added: [{ ...annotation, id: annotation.id + 1 }], updated: [], removed: [] }),
      gesture: 'draw',
    },
    'document.undoPacked': { imageId: 1 },
    'document.redoPacked': { imageId: 1 },
    'document.reserveIds': { count: 5 },
    'draft.put': { imageId: 1, draft: { key: 'k', tool: 'polygon', data: '{}' } },
    'draft.drop': { key: 'k' },
    'proposals.put': {
      imageId: 1,
      result: { size: [48, 64], proposals: [{ ...proposal, categoryName: null }], provenance, timings: {}, notes: [] },
      categoryName: 'cell',
    },
    'proposals.accept': { imageId: 1, ids: [1] },
    'proposals.reject': { imageId: 1, ids: [1] },
    'proposals.restore': {
      imageId: 1,
      proposals: [{ ...proposal, id: 1, imageId: 1, categoryName: 'cell', provenance }],
    },
    'proposals.acceptAcross': { imageIds: [1], modelScore: 0.5, methodScore: 0.5, categoryName: null, openImageId: 1 },
    'project.swapMaskSizes': { openImageId: 1 },
    'batch.read': {},
    'batch.create': { with: how, imageIds: [1] },
    'batch.note': { next: 0, failures: [{ imageId: 1, fileName: 'a.png', fault: { code: 'missing' } }] },
    'batch.end': {},
    'category.create': { name: 'leaf', supercategory: 'plant' },
    'category.update': { category },
    'category.order': { ids: [1] },
    'category.counts': {},
    'category.usage': { categoryId: 1 },
    'category.addAll': { categories: [{ id: 4, name: 'root' }], title: 'Add' },
    'category.merge': { categoryId: 1, into: 2, openImageId: 1 },
    'category.delete': { categoryId: 2, openImageId: 1 },
    'project.maker': {},
    'image.keepFile': { imageId: 1 },
    'project.setMaker': { maker: 'method:threshold' },
    'project.modelRuns': {},
    'project.setModelRun': { model: 'photo-objects', run: { tileSide: 512, classes: [['dog', null]] } },
    'project.pixelScale': {},
    'project.setPixelScale': { scale: { pixelSize: 0.5, unit: 'µm' } },
    'project.setPlace': { place: { imageId: 1, view: { x: 1, y: 1, scale: 2 }, categoryId: 1 } },
    'project.history': {},
    'project.undo': { openImageId: 1 },
    'project.redo': { openImageId: 1 },
    'project.saveElsewhere': { file: path },
    'app.info': {},
    'app.newWindow': {},
    'app.about': {},
    'app.licence': { text: 0 },
    'app.copyDiagnostics': {},
    'app.openLogFolder': {},
    'app.pickFolder': { title: 'x' },
    'app.formats': {},
    'app.pickDataset': { title: 'x' },
    'app.pickExport': { suggested: path, format: 'coco' },
    'app.showInFolder': { path },
    'app.saveRecipe': { recipe: { copies: 1, seed: 0, splits: ['train'], flipHorizontal: 1, flipVertical: 0 } },
    'app.openRecipe': {},
    'app.openSample': {},
    'app.saveElsewhere': {},
    'app.openBackup': { file: path, backup: path },
    'app.reopenProject': {},
    'app.propose': { imageId: 1, with: how },
    'app.runBatch': {},
    'app.openSession': { imageId: 1 },
    'app.pickModel': { kind: 'files' },
    'app.inspectModel': { files: [path], wish: {} },
    'app.tryModel': { files: [path], wish: { task: 'instance', categories: ['cell'] }, imageId: 1 },
    'app.addModel': { files: [path], wish: { preparation: { colour: 'BGR' } }, imageId: 1, replaces: true },
    'app.pairModel': { model: 'none' },
    'app.ownModels': {},
    'app.removeModel': { folder: 'none' },
    'app.putBackModel': { folder: 'none' },
    'app.catalogue': {},
    'app.downloadModel': { id: 'none', replaces: false },
    'app.discardDownload': { id: 'none' },
    'app.installModel': { id: 'none', replaces: false },
    'app.runModel': { imageId: 1, model: 'none', score: 0.5 },
    'app.openPrompts': { imageId: 1, model: 'none', region: [0, 0, 5, 5] },
    'app.lookAhead': { imageId: 1, model: 'none' },
    'app.masksForBoxes': { imageId: 1, model: 'none', boxes: [[0, 0, 5, 5]], finish: { rim: true } },
    'app.describe': { imageId: 1, model: 'none', examples: [rle] },
    'app.search': { imageId: 1, model: 'none', examples: [rle], taken: [], categoryName: 'cell' },
    'app.measure': { imageId: 1 },
    'app.saveTable': { suggested: path, pieces: ['a'] },
    'app.pixelRange': { imageId: 1 },
    'app.firstPaint': {},
    'settings.read': {},
    'settings.write': { changes: { theme: 'light' } },
    'recent.list': {},
    'recent.forget': { file: path },
    'vision.run': {
      session,
      method: 'threshold',
      params: { level: 1 },
      stage: 'final',
      box: [0, 0, 9, 9],
      within: rle,
    },
    'vision.agreement': { session, masks: [rle], families: ['a'] },
    'vision.histogram': { session, box: [0, 0, 9, 9] },
    'vision.elbow': { session, params: {} },
    'vision.clusters': { session, params: {}, stage: 'preview' },
    'vision.wire': { session, from: [1, 1], to: [5, 5], params: {} },
    'vision.superpixels': { session, params: {} },
    'vision.closeSession': { session: 99 },
    'inference.runtime': {},
    'inference.models': {},
    'inference.prompt': { session: 1, points: [{ x: 1, y: 1, isInside: true }] },
    'inference.closePrompts': { session: 1 },
  };
}

/** Calls that are right by having no parameters and would end the test: another project, another window. */
const notAsked = new Set([
  'project.close',
  'project.watch',
  'app.newWindow',
  'app.openLogFolder',
  'app.openSample',
  'app.reopenProject',
]);

const nasty: readonly unknown[] = [
  ...[NaN, Infinity, -Infinity, -1, -0, 0, 0.5, 1e308, 2 ** 53, -(2 ** 31), 1e7 + 1],
  ...[
    '',
    '\0',
    'a\u202Eb',
    '../../../../etc/passwd',
    '/etc/passwd',
    '/dev/zero',
    '__proto__',
    'x'.repeat(70_000),
    '🦊',
  ],
  ...[null, undefined, true, [], {}, [[]], [null], { length: -1 }, { id: {} }, [1, 2, 3], ['a'], [NaN, 1, 1, 1]],
  ...[
    { kind: 'rle', size: [1e9, 1e9], counts: 'P' },
    { kind: 'polygons', parts: [{ outer: [0, 0, 1], holes: [[]] }] },
  ],
  ...[new Date(0), new Map([[1, 2]]), new Uint8Array(3), 10n, /x/],
];

export function malformedCalls(seed: number, count: number, folder: string, session: number): Call[] {
  let state = seed;
  const random = (below: number) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor((state / 2147483648) * below);
  };
  const known = Object.entries(templates(folder, session)).filter(([method]) => !notAsked.has(method));
  const pick = <T>(list: readonly T[]): T => list[random(list.length)];
  return Array.from({ length: count }, () => {
    const [method, template] = pick(known);
    if (random(12) === 0) return { method, params: pick(nasty) };
    if (random(40) === 0)
      return { method: pick(['', 'constructor', '__proto__', 'app.', 'toString', 'vision.decode']), params: template };
    let params: unknown = structuredClone(template);
    for (let changes = 1 + random(2); changes > 0; changes--) params = spoil(params, random, pick);
    return { method, params };
  });
}

/** Replaces, removes or doubles something at a random depth. */
function spoil(value: unknown, random: (below: number) => number, pick: <T>(list: readonly T[]) => T): unknown {
  const keys = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  if (keys.length === 0 || random(5) === 0) return pick(nasty);
  const key = pick(keys);
  const inside = (value as Record<string, unknown>)[key];
  if (Array.isArray(value)) {
    const list = [...(value as unknown[])];
    if (random(4) === 0) list.push(...list);
    else list[Number(key)] = spoil(inside, random, pick);
    return list;
  }
  const changed: Record<string, unknown> = { ...(value as object) };
  if (random(6) === 0) delete changed[key];
  else if (random(10) === 0) changed[`${key}2`] = inside;
  else changed[key] = spoil(inside, random, pick);
  return changed;
}
