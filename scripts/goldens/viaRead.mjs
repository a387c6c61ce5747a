// What the VGG Image Annotator itself reads of a file: `node viaRead.mjs PATH/TO/via-2.x.y/src/via.js FILE` prints its list of images.
// Its window is replaced by one that swallows everything.
import { readFileSync } from 'node:fs';
import { createContext, runInContext } from 'node:vm';

const [, , viaPath, file] = process.argv;
const swallow = new Proxy(function () {}, {
  get: (_, key) => (key === Symbol.toPrimitive ? () => '' : key === Symbol.iterator ? undefined : swallow),
  set: () => true,
  apply: () => swallow,
  construct: () => swallow,
});
const window = { document: swallow, localStorage: swallow, navigator: swallow, console: { log() {} }, setTimeout() {} };
const context = createContext({ ...window, window: swallow, FileReader: swallow, Image: swallow, URL: swallow });
runInContext(readFileSync(viaPath, 'utf8'), context);
// What draws is left out: there is nothing to draw on.
for (const name of [
  ...['_via_show_img', 'update_img_fn_list', 'update_attributes_update_panel', 'show_message'],
  ...['project_import_settings', '_via_buffer_remove_all'],
])
  runInContext(`${name} = function () {}`, context);
const text = readFileSync(file, 'utf8');
const isProject = file.endsWith('.json') && '_via_img_metadata' in JSON.parse(text);
context.text = text;
const load = isProject
  ? 'project_open_parse_json_file(text)'
  : file.endsWith('.csv')
    ? 'import_annotations_from_csv(text)'
    : 'import_annotations_from_json(text)';
try {
  await runInContext(load, context);
} catch (error) {
  // Behind the reading it shows the first image.
  if (Object.keys(runInContext('_via_img_metadata', context)).length === 0) throw error;
}
const found = { version: runInContext('VIA_VERSION', context), images: runInContext('_via_img_metadata', context) };
// Written before it ends: a pipe takes it piece by piece.
process.stdout.write(JSON.stringify(found));
