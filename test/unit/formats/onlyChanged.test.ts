/** Files as programs really leave them, with one object drawn anew: all that stands before and behind that object stays, byte for byte. */
import { describe, expect, it } from 'vitest';
import type { DatasetView } from '@shared/dataset/view';
import { formats } from '@shared/formats/registry';
import { type Files, readFromMemory, touchedView, writeToMemory } from '../../support/formatFiles';

const sizes = new Map(['a.jpg', 'b.jpg', 'images/a.jpg', 'ds/img/a.jpg'].map((name) => [name, [40, 20] as const]));

/** `[format, program, name of the file, its text, other files]`; the object between ⟦ and ⟧ is the one that is drawn anew. */
const files: readonly (readonly [id: string, program: string, name: string, text: string, others?: Files])[] = [
  [
    'labelme',
    'X-AnyLabeling, with fields of its own, CRLF and a point',
    'a.json',
    `{\r
  "version": "2.4.0", "flags": {"sure": true}, "checked": true, "chatHistory": [],\r
  "shapes": [\r
    {"label": "p", "score": null, "points": [[3.0, 4]], "group_id": null, "shape_type": "point", "flags": {}},\r
    ⟦{"label": "cat", "score": 0.930, "points": [[1.0, 1], [9, 1.0], [9, 9]], "group_id": null, "description": "", "difficult": false, "shape_type": "polygon", "flags": {}, "attributes": {"mood": "calm"}, "kie_linking": []}⟧,\r
    {"label": "cat", "points": [[1.0, 1], [9, 1.0], [9, 9]], "group_id": 3, "shape_type": "polygon", "direction": 1.50, "flags": {}}\r
  ],\r
  "imagePath": "..\\\\photos\\\\a.jpg", "imageData": null, "imageHeight": 20, "imageWidth": 40,\r
  "description": "line\\u000atwo", "12": 1, "3": 12345678901234567890\r
}`,
  ],
  [
    'cvat',
    'CVAT 2, with a job, tags, skeletons and comments',
    'annotations.xml',
    `<?xml version="1.0" encoding="utf-8"?>
<!-- mine -->
<annotations>
  <version>1.1</version>
  <meta>
    <job><id>7</id><dumped>2024-01-01 00:00:00+00:00</dumped>
      <labels><label><name>cat</name><color>#ff0000</color><type>any</type><attributes><attribute><name>n</name><mutable>False</mutable></attribute></attributes></label></labels>
    </job>
    <dumped>2024-01-01 00:00:00.1+00:00</dumped>
  </meta>
  <image id="12" name="a.jpg" subset="Train" task_id="3" width="40" height="20">
    <tag label="cat" source="manual">
    </tag>
    <points label="cat" source="file" occluded="0" points="3.00,4.00" z_order="0"/>
    ⟦<polygon label="cat" source="semi-auto" occluded="1" points="1.00,1.00;9.00,1.00;9.00,9.00" z_order="2" custom='a "b"'>
      <attribute name="n">1 &amp; 2</attribute>
    </polygon>⟧
    <skeleton label="cat" source="manual" z_order="3"><points label="1" outside="0" points="1.00,2.00"></points></skeleton>
    <box label="cat" source="manual" occluded="0" xtl="1.00" ytl="1.50" xbr="9.00" ybr="9.00" z_order="4" rotation="0.0"></box>
  </image>
</annotations>
`,
  ],
  [
    'via',
    'VIA 2.0.12, with a polyline and file attributes',
    'v.json',
    `{"_via_settings":{"ui":{"annotation_editor_height":25},"core":{"buffer_size":18,"filepath":{}}},"_via_img_metadata":{"a.jpg123":{"filename":"a.jpg","size":123,"regions":[{"shape_attributes":{"name":"polyline","all_points_x":[1,2],"all_points_y":[1,2]},"region_attributes":{"class":"cat"}},⟦{"shape_attributes":{"name":"polygon","all_points_x":[1,9,9],"all_points_y":[1,1.0,9]},"region_attributes":{"class":"cat","quality":{"good":true,"frontal":true},"7":"x"}}⟧,{"shape_attributes":{"name":"rect","x":1,"y":2,"width":3,"height":4},"region_attributes":{"class":"cat"}}],"file_attributes":{"caption":"a \\u00e9","url":""}}},"_via_attributes":{"region":{"class":{"type":"text"}},"file":{}},"_via_data_format_version":"2.0.10","_via_image_id_list":["a.jpg123"]}`,
  ],
  [
    'supervisely',
    'Supervisely, with tags, a graph and what made it',
    'ds/ann/a.jpg.json',
    `{
    "description": "",
    "tags": [{"id": 1, "tagId": 5, "name": "night", "value": null, "labelerLogin": "me", "createdAt": "2024-01-01T00:00:00.000Z"}],
    "size": {"height": 20, "width": 40},
    "objects": [
        {"id": 8, "classId": 5, "classTitle": "cat", "geometryType": "graph", "nodes": {"a": {"loc": [1, 2]}}},
        ⟦{"id": 9, "classId": 5, "objectId": null, "description": "", "geometryType": "polygon", "labelerLogin": "me", "createdAt": "2024-01-01T00:00:00.000Z", "updatedAt": "2024-01-01T00:00:00.000Z", "nnCreated": true, "tags": [{"name": "sharp", "value": "yes"}], "classTitle": "cat", "points": {"exterior": [[1, 1], [9, 1], [9, 9]], "interior": []}}⟧,
        {"id": 12345678901234567890, "classId": 5, "geometryType": "rectangle", "classTitle": "cat", "points": {"exterior": [[1, 1], [9.0, 9]], "interior": []}, "customData": {"3": 1, "1": 2}}
    ],
    "customBigData": {}
}`,
    new Map([
      [
        'meta.json',
        '{"classes": [{"id": 5, "title": "cat", "shape": "any", "color": "#FF0000", "hotkey": "1"}], "tags": [{"name": "night", "value_type": "none"}], "projectType": "images", "projectSettings": {"multiView": {"enabled": false}}}',
      ],
    ]),
  ],
  [
    'label-studio',
    'Label Studio 1.12, with predictions, drafts, choices and relations',
    't.json',
    `[
  {
    "id": 41, "inner_id": 1, "total_annotations": 1, "cancelled_annotations": 0, "drafts": [{"id": 3, "result": []}],
    "data": {"image": "a.jpg", "meta": {"site": "x"}},
    "predictions": [{"model_version": "v1", "score": 0.50, "result": []}],
    "annotations": [
      {
        "id": 2, "completed_by": 1, "was_cancelled": false, "ground_truth": false, "lead_time": 12.250,
        "result": [
          {"value": {"choices": ["sharp"]}, "id": "c1", "from_name": "q", "to_name": "img", "type": "choices", "origin": "manual"},
          ⟦{"original_width": 40, "original_height": 20, "image_rotation": 0, "value": {"points": [[2.5, 5], [22.5, 5.0], [22.5, 45]], "closed": true, "polygonlabels": ["cat"]}, "meta": {"text": ["why"]}, "id": "r1", "from_name": "seg", "to_name": "img", "type": "polygonlabels", "origin": "prediction-changed"}⟧,
          {"original_width": 40, "original_height": 20, "image_rotation": 0, "value": {"x": 2.5, "y": 5, "width": 20.0, "height": 20, "rotation": 0, "rectanglelabels": ["cat"]}, "id": "r2", "from_name": "box", "to_name": "img", "type": "rectanglelabels", "parentID": "r1"},
          {"from_id": "r1", "to_id": "r2", "type": "relation", "direction": "right"}
        ]
      }
    ],
    "meta": {}, "created_at": "2024-01-01T00:00:00.000000Z", "project": 7
  }
]
`,
  ],
  [
    'datumaro',
    'Datumaro 1.10, with points, captions and infos',
    'annotations/train.json',
    `{"dm_format_version":"1.0","media_type":2,"infos":{"author":"me","n":1.50},"categories":{"label":{"label_groups":[],"labels":[{"name":"cat","parent":"","attributes":[]}],"attributes":["occluded"]},"mask":{"colormap":[]}},"items":[{"id":"a","annotations":[{"id":0,"type":"caption","attributes":{},"group":0,"caption":"x"},⟦{"id":7,"type":"polygon","attributes":{"occluded":false,"n":1.50},"group":2,"label_id":0,"points":[1.0,1.0,9.0,1.0,9.0,9.0],"z_order":0,"object_id":-1}⟧,{"id":8,"type":"points","attributes":{},"group":0,"label_id":0,"points":[1.0,2.0],"visibility":[2],"z_order":1},{"id":9,"type":"bbox","attributes":{},"group":0,"label_id":0,"z_order":2,"bbox":[1.0,2.0,3.0,4.0]}],"attr":{"frame":3},"image":{"path":"a.jpg","size":[20,40]}}]}`,
  ],
  [
    'voc',
    'VOC 2012 and labelImg, with owners, actions and parts, CRLF',
    'Annotations/a.xml',
    `<annotation verified="yes">\r
	<folder>VOC2012</folder><filename>a.jpg</filename><path>C:\\me\\a.jpg</path>\r
	<source><database>The VOC2008 Database</database><annotation>PASCAL</annotation><image>flickr</image></source>\r
	<owner><flickrid>x</flickrid></owner>\r
	<size><width>40</width><height>20</height><depth>3</depth></size>\r
	<segmented>1</segmented>\r
	⟦<object>\r
		<name>cat</name><pose>Left</pose><truncated>1</truncated><occluded>0</occluded>\r
		<bndbox><xmax>9</xmax><xmin>2</xmin><ymax>9</ymax><ymin>2</ymin></bndbox>\r
		<difficult>0</difficult><actions><jumping>1</jumping></actions>\r
		<part><name>head</name><bndbox><xmin>3</xmin><ymin>3</ymin><xmax>4</xmax><ymax>4</ymax></bndbox></part>\r
	</object>⟧\r
	<object>\r
		<name>cat</name><bndbox><xmin>2.0</xmin><ymin>2</ymin><xmax>9</xmax><ymax>9</ymax></bndbox><point><x>3</x><y>4</y></point>\r
	</object>\r
</annotation>\r
`,
  ],
  [
    'geojson',
    'QuPath 0.5, with detections, measurements and a line',
    'a.geojson',
    `{"type":"FeatureCollection","qupath_version":"0.5.1","features":[
{"type":"Feature","geometry":{"type":"LineString","coordinates":[[1,1],[2,2]]},"properties":{"objectType":"annotation"}},
⟦{"type":"Feature","id":"5a-1","geometry":{"type":"Polygon","coordinates":[[[1,1],[9,1.0],[9,9],[1,1]]]},"properties":{"objectType":"detection","classification":{"name":"cat","color":[255,0,0],"names":["cat"]},"isLocked":true,"measurements":{"Area":1.50,"12":1},"metadata":{"who":"me"}}}⟧,
{"type":"Feature","id":"5a-2","geometry":{"type":"Polygon","coordinates":[[[1,1],[9,1],[9,9],[1,1]]],"plane":{"c":-1,"z":0,"t":0}},"properties":{"objectType":"annotation","name":"n","classification":{"name":"cat"}},"nucleusGeometry":{"type":"Polygon","coordinates":[]}}
]}
`,
  ],
  [
    'cityscapes',
    "Cityscapes' label tool",
    'gtFine/train/x/x_000000_000001_gtFine_polygons.json',
    `{
    "imgHeight": 20, 
    "imgWidth": 40, 
    "mine": 1.50,
    "objects": [
        {
            "date": "2015-01-01", 
            "deleted": 1, 
            "draw": true, 
            "id": 0, 
            "label": "car", 
            "polygon": [[20, 1], [25, 1], [25, 5]], 
            "user": "me", 
            "verified": 0
        }, 
        ⟦{
            "date": "2015-01-01", 
            "deleted": 0, 
            "id": 1, 
            "label": "car", 
            "polygon": [[1, 1], [9, 1], [9, 9]], 
            "user": "me"
        }⟧, 
        {
            "deleted": 0, 
            "id": 12345678901234567890, 
            "label": "person", 
            "polygon": [[30, 1], [35, 1.0], [35, 9]], 
            "verified": 1.50
        }
    ]
}`,
  ],
];

/** Of the annotation that stands in the text. */
function redrawn(view: DatasetView, source: string): { view: DatasetView; count: number } {
  let count = 0;
  const change = (records: ReturnType<DatasetView['annotationsOf']>) =>
    records.map((record) => {
      if (record.text?.trim() !== source) return record;
      count++;
      const outer = [2, 2, 12, 2, 12, 12, 2, 12];
      const { id, imageId, categoryId, text, baseline, place } = record;
      const segmentation = { kind: 'polygons' as const, parts: [{ outer, holes: [] }] };
      const annotation = { ...record.annotation, segmentation, bbox: [2, 2, 10, 10] as const, area: 100 };
      return { id, imageId, categoryId, text, baseline, place, untouched: false, annotation };
    });
  const changed = touchedView(view, change);
  changed.annotationsOf([...view.images()][0].id);
  return { view: changed, count };
}

const cases = files.map(([id, program, name, marked, others = new Map() as Files]) => {
  return [id, program, { name, marked, others }] as const;
});

describe.each(cases)('%s of %s', (id, _, { name, marked, others }) => {
  const format = formats.get(id)!;
  const text = marked.replace('⟦', '').replace('⟧', '');
  const [before, source, after] = marked.split(/⟦|⟧/);
  const all: Files = new Map([...others, [name, text]]);
  const read = async () => (await readFromMemory(format, all, sizes)).view('v');
  const written = (view: DatasetView) => writeToMemory(view, format).files;

  it('leaves as it came', async () => {
    const made = written(await read());
    for (const [file, content] of all)
      expect(format.target === 'file' ? [...made.values()][0] : made.get(file)).toBe(content);
  });

  it('differs in the object that was drawn anew alone', async () => {
    const { view, count } = redrawn(await read(), source);
    expect(count).toBe(1);
    const { files: made, losses } = writeToMemory(view, format);
    // It has no number but the place that it had before.
    expect(losses.list().map(({ code }) => code)).not.toContain('id');
    const now = (format.target === 'file' ? [...made.values()][0] : made.get(name)) as string;
    expect(now.slice(0, before.length)).toBe(before);
    expect(now.slice(-after.length)).toBe(after);
    const object = now.slice(before.length, now.length - after.length);
    expect(object).not.toBe(source);
    for (const [file, content] of others) expect(made.get(file)).toBe(content);
    // Of the object itself each field that has nothing to do with its shape is spelled as it was.
    const fields =
      /"(labelerLogin|createdAt|nnCreated|attributes|quality|metadata|measurements|group|user|date|score|origin|id|color)": ?("[^"]*"|[\w.]+|[{[][^{}[\]]*[}\]])|<(pose|part|actions)>.*|(source|custom)=("[^"]*"|'[^']*')/g;
    const kept = (source.match(fields) ?? []).filter((field) => id !== 'cityscapes' || !field.includes('polygon'));
    expect(kept.length).toBeGreaterThan(0);
    for (const field of kept) expect(object).toContain(field);
  });
});
