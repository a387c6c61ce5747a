/** COCO records -> a DatasetSink: each is parsed as it comes, and its text goes along. */
import type { DatasetSink, SourcePlace } from '../../dataset/records';
import type { Issue } from '../../dataset/finding';
import { readImageTags } from './imageTags';
import { mendRecord } from './mend';
import type { RecordSource } from './fields';
import { parseAnnotation, parseCategory, parseImage } from './parse';
import { parseScanned, type ScanHandler, type ScannedText } from './scan';
import { contentFromCoco } from './toDocument';
import type { RecordKind } from './types';

/** `file` is what errors call the file. */
export function cocoHandler(file: string, sink: DatasetSink): ScanHandler {
  const issues: Issue[] = [];
  const tell = (at: SourcePlace) => {
    for (const issue of issues) sink.issue(issue, at);
  };
  const sourceOf = (kind: RecordKind | null, value: ScannedText, at: SourcePlace): RecordSource => {
    const { pointer } = at;
    const json = parseScanned(value, file, pointer);
    const mended = sink.mended && kind !== null ? mendRecord(kind, json, value.text) : null;
    if (!mended) return { json, text: value.text, pointer };
    for (const { code, message } of mended.mended) sink.mended!(code, message, at);
    return { json: JSON.parse(mended.text) as unknown, text: mended.text, pointer };
  };
  return {
    part: (key, value) => sink.part(key, value.text),
    list: (kind) => {
      // The scan has refused a list of results.
      if (kind !== null) sink.part(kind, null);
    },
    record(kind, index, value: ScannedText) {
      const { line, offset } = value;
      const pointer = `/${kind}/${index}`;
      const at = { file, pointer, line, offset };
      const source = sourceOf(kind, value, at);
      const { text } = source;
      issues.length = 0;
      if (kind === 'annotations') {
        const record = parseAnnotation(source, issues);
        if (issues.length > 0) tell(at);
        if (!record) return;
        const { id, imageId, categoryId, segmentation } = record;
        // In numbers of its own, so that nothing of the record is kept alive.
        const maskSize =
          segmentation && !Array.isArray(segmentation) ? ([segmentation.size[0], segmentation.size[1]] as const) : null;
        const content = sink.wantsContent ? contentFromCoco(record) : null;
        sink.annotation({ id, imageId, categoryId, maskSize, content }, text, at);
      } else if (kind === 'images') {
        const record = parseImage(source, issues);
        if (issues.length > 0) tell(at);
        if (record) sink.image({ ...record, tags: readImageTags(text) }, text, at);
      } else {
        const record = parseCategory(source, issues);
        if (issues.length > 0) tell(at);
        if (record) sink.category(record, text, at);
      }
    },
  };
}
