// What the VGG Image Annotator itself reads of a file: `node viaRead.mjs PATH/TO/via-2.x.y/src/via.js FILE` prints its list of images.
import { readFileSync } from 'node:fs';
import { loadVia } from './viaWindow.mjs';

const [, , viaPath, file] = process.argv;
const text = readFileSync(file, 'utf8');
const run = loadVia(viaPath, { text });
const isProject = file.endsWith('.json') && '_via_img_metadata' in JSON.parse(text);
const load = isProject
  ? 'project_open_parse_json_file(text)'
  : file.endsWith('.csv')
    ? 'import_annotations_from_csv(text)'
    : 'import_annotations_from_json(text)';
try {
  await run(load);
} catch (error) {
  // Behind the reading it shows the first image.
  if (Object.keys(run('_via_img_metadata')).length === 0) throw error;
}
const found = { version: run('VIA_VERSION'), images: run('_via_img_metadata') };
// Written before it ends: a pipe takes it piece by piece.
process.stdout.write(JSON.stringify(found));
