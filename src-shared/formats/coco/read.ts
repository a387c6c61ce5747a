/** COCO records -> a DatasetSink: each is parsed as it comes, and its text goes along. */
import type { DatasetSink, SourcePlace } from '../../dataset/records';
import type { Issue } from '../../dataset/finding';
import { readImageTags } from './imageTags';
import { parseAnnotation, parseCategory, parseImage } from './parse';
import { parseScanned, type ScanHandler, type ScannedText } from './scan';

/** `file` is what errors call the file. */
export function cocoHandler(file: string, sink: DatasetSink): ScanHandler {
  const issues: Issue[] = [];
  const tell = (at: SourcePlace) => {
    for (const issue of issues) sink.issue(issue, at);
  };
  return {
    part: (key, value) => sink.part(key, value.text),
    list: (kind) => {
      // The scan has refused a list of results.
      if (kind !== null) sink.part(kind, null);
    },
    record(kind, index, value: ScannedText) {
      const { text, line, offset } = value;
      const pointer = `/${kind}/${index}`;
      const source = { json: parseScanned(value, file, pointer), text, pointer };
      const at = { file, pointer, line, offset };
      issues.length = 0;
      if (kind === 'annotations') {
        const record = parseAnnotation(source, issues);
        if (issues.length > 0) tell(at);
        if (!record) return;
        const { id, imageId, categoryId, segmentation } = record;
        // In numbers of its own, so that nothing of the record is kept alive.
        const maskSize =
          segmentation && !Array.isArray(segmentation) ? ([segmentation.size[0], segmentation.size[1]] as const) : null;
        sink.annotation({ id, imageId, categoryId, maskSize, content: null }, text, at);
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
