/** Findings of formats other than COCO: each format that tells one has a dataset with it here or among the cases, and one without. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findingKinds } from '@shared/dataset/lint/kinds';
import { LintSink } from '@shared/formats/lintSink';
import { formats } from '@shared/formats/registry';
import { memorySource } from '../../support/formatFiles';
import { lintCases } from '../../support/lintCases';

type Points = readonly (readonly [number, number])[];
const flat = (points: Points) => points.flat();
const json = JSON.stringify;

const size = { width: 100, height: 80 };
const cvat = (points: Points) =>
  `<annotations><version>1.1</version><meta><task><labels><label><name>cat</name></label></labels></task></meta>
<image id="0" name="a.png" width="100" height="80"><polygon label="cat" points="${points.map((at) => at.join(',')).join(';')}"></polygon></image></annotations>`;
const datumaro = (points: Points) => {
  const annotation = {
    id: 0,
    type: 'polygon',
    attributes: {},
    group: 0,
    label_id: 0,
    points: flat(points),
    z_order: 0,
  };
  const item = { id: 'a', attr: {}, image: { path: 'a.png', size: [80, 100] }, annotations: [annotation] };
  return json({ info: {}, categories: { label: { labels: [{ name: 'cat' }] } }, items: [item] });
};
const viaShape = (points: Points) => ({
  name: 'polygon',
  all_points_x: points.map(([x]) => x),
  all_points_y: points.map(([, y]) => y),
});
const via = (points: Points) => {
  const regions = [{ shape_attributes: viaShape(points), region_attributes: { class: 'cat' } }];
  const image = { filename: 'a.png', size: -1, regions, file_attributes: {} };
  return json({
    _via_settings: {},
    _via_img_metadata: { 'a.png-1': image },
    _via_attributes: { region: {}, file: {} },
  });
};
const viaCsv = (points: Points) => {
  const quoted = (value: unknown) => `"${json(value).replace(/"/g, '""')}"`;
  return `filename,file_size,file_attributes,region_count,region_id,region_shape_attributes,region_attributes
a.png,1,"{}",1,0,${quoted(viaShape(points))},${quoted({ class: 'cat' })}\n`;
};
const labelStudio = (points: Points) => {
  const value = { points, polygonlabels: ['cat'] };
  const sizes = { original_width: 100, original_height: 80 };
  const result = { id: 'x', type: 'polygonlabels', from_name: 'l', to_name: 'i', ...sizes, value };
  return json([{ id: 1, data: { image: '/data/upload/a.png' }, annotations: [{ result: [result] }] }]);
};
const labelStudioMin = (points: Points) => {
  const value = { points, polygonlabels: ['cat'], original_width: 100, original_height: 80 };
  return json([{ image: '/data/upload/a.png', id: 1, l: [value], annotator: 1, annotation_id: 1 }]);
};
const via3 = (points: Points) =>
  json({
    project: { pid: '__VIA_PROJECT_ID__', vid_list: ['1'] },
    attribute: { 1: { aname: 'class', anchor_id: 'FILE1_Z0_XY1', type: 1, options: {} } },
    file: { 1: { fid: 1, fname: 'a.png', type: 2, loc: 1, src: '' } },
    metadata: { x: { vid: '1', flg: 0, z: [], xy: [7, ...flat(points)], av: { 1: 'cat' } } },
    view: { 1: { fid_list: [1] } },
  });
const geojson = (points: Points) => {
  const geometry = { type: 'Polygon', coordinates: [[...points, points[0]]] };
  const properties = { objectType: 'annotation', classification: { name: 'cat' } };
  return json({ type: 'FeatureCollection', features: [{ type: 'Feature', geometry, properties }] });
};
const supervisely = (points: Points) => {
  const object = { classTitle: 'cat', geometryType: 'polygon', tags: [], points: { exterior: points, interior: [] } };
  return json({ description: '', tags: [], size, objects: [object] });
};
const meta = json({ classes: [{ title: 'cat', shape: 'polygon', color: '#ff0000' }], tags: [] });

/** A polygon of two points, and one of three. */
const cases: readonly (readonly [format: string, files: (points: Points) => Readonly<Record<string, string>>])[] = [
  ['cvat', (points) => ({ 'annotations.xml': cvat(points) })],
  ['datumaro', (points) => ({ 'annotations/default.json': datumaro(points) })],
  ['via', (points) => ({ 'via.json': via(points) })],
  ['via-csv', (points) => ({ 'via.csv': viaCsv(points) })],
  ['label-studio', (points) => ({ 'tasks.json': labelStudio(points) })],
  ['label-studio-min', (points) => ({ 'result.json': labelStudioMin(points) })],
  ['via-3', (points) => ({ 'project.json': via3(points) })],
  ['geojson', (points) => ({ 'a.geojson': geojson(points) })],
  ['supervisely', (points) => ({ 'meta.json': meta, 'dataset/ann/a.png.json': supervisely(points) })],
];

async function codesIn(format: string, files: Readonly<Record<string, string>>): Promise<unknown[]> {
  const found: unknown[] = [];
  const sink = new LintSink(({ code }) => void found.push(code));
  await formats.get(format)!.read!(memorySource(new Map(Object.entries(files)), new Map([['a.png', [100, 80]]])), sink);
  sink.finish();
  return found;
}

describe.each(cases)('%s', (format, files) => {
  it('tells of a shape that has no area, and of none that has', async () => {
    expect(await codesIn(format, files([[1, 1], [9, 9]]))).toContain('shape-skipped'); // prettier-ignore
    expect(await codesIn(format, files([[1, 1], [9, 1], [9, 9]]))).toEqual([]); // prettier-ignore
  });
});

/** Folders whose format is called otherwise. */
const ids: Readonly<Record<string, string>> = {
  ...{ cocoPanoptic: 'coco-panoptic', labelMap: 'label-map', labelStudio: 'label-studio', viaCsv: 'via-csv' },
  ...{ instanceMap: 'instance-map', objectMasks: 'object-masks', cvatVideo: 'cvat-video', yolo: 'yolo-seg' },
  ...{ via3: 'via-3', labelStudioMin: 'label-studio-min' },
};

it('every finding that a format tells has a case', () => {
  const root = join(import.meta.dirname, '../../../src-shared/formats');
  const tried = new Set([
    ...lintCases.map(({ format, code }) => `${format} ${code}`),
    ...cases.map(([format]) => `${format} shape-skipped`),
  ]);
  const missing = new Set<string>();
  for (const folder of readdirSync(root, { withFileTypes: true })) {
    const id = ids[folder.name] ?? folder.name;
    if (!folder.isDirectory() || !formats.get(id)?.read) continue;
    for (const file of readdirSync(join(root, folder.name)).filter((name) => name.endsWith('.ts'))) {
      const text = readFileSync(join(root, folder.name, file), 'utf8');
      for (const [, code] of text.matchAll(/code: '([a-z-]+)'/g))
        if (code in findingKinds && id !== 'coco' && !tried.has(`${id} ${code}`)) missing.add(`${id} ${code}`);
    }
  }
  expect([...missing].sort()).toEqual([]);
});
