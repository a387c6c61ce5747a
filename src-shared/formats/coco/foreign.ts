/** Knows JSON files of other programs by their keys, so that a refusal can say what the file is and what to do with it. */

/** What a file is (completes "FILE is ..."), and what to do. */
export interface ForeignKind {
  readonly what: string;
  readonly hint: string;
}

const convert = (program: string) => `export it as COCO from ${program}`;

/** The kind of a JSON object that is no COCO dataset, by its top-level keys. */
export function foreignObject(keys: ReadonlySet<string>): ForeignKind | null {
  const has = (...wanted: readonly string[]) => wanted.every((key) => keys.has(key));
  if (has('image', 'annotations')) {
    return {
      what: 'an SA-1B file: one image with its masks',
      hint: 'make it a COCO dataset: "images" is a list, and each annotation has an image_id and a category_id',
    };
  }
  if (has('shapes', 'imagePath')) return { what: 'a labelme file of one image', hint: 'convert it with labelme2coco' };
  if (has('_via_img_metadata')) return { what: 'a VIA project', hint: convert('VIA (Annotation > Export as COCO)') };
  if (has('type', 'features')) return { what: 'a GeoJSON file', hint: 'export the objects as COCO instead' };
  if (has('segment_info') || has('segments_info')) {
    return { what: 'panoptic data without images', hint: 'give the COCO file that has them' };
  }
  if (has('model') || has('inputs', 'outputs')) return { what: 'the description of a model', hint: otherFile };
  return null;
}

/** The kind of a JSON list that is no list of COCO results, by the keys of its first entry. */
export function foreignList(keys: ReadonlySet<string>): ForeignKind | null {
  if (keys.has('image_id')) return null;
  if (keys.has('predicted_iou') || keys.has('stability_score')) {
    return {
      what: 'a list of SAM masks: it does not say of which image they are',
      hint: 'make it a COCO dataset: put the masks into "annotations" and give each an image_id and a category_id',
    };
  }
  if (keys.has('data') && (keys.has('annotations') || keys.has('completions') || keys.has('predictions'))) {
    return { what: 'a list of Label Studio tasks', hint: convert('Label Studio') };
  }
  return null;
}

const otherFile = 'choose the JSON file that has the annotations';
