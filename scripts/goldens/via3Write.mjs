// What the VGG Image Annotator 3 itself saves: `node via3Write.mjs PATH/TO/via-3.x.y/src/js GIVEN.json PROJECT.json`.
// GIVEN.json: {"attributes": [[name, anchor, type, options as text]], "files": [[name, type, place, source]], "views": [[number of the
// file]], "metadata": [[number of the view, times, shape, {attribute: value}]]}; numbers count from 1.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';

const [, , folder, given, project] = process.argv;
let [saved, made] = ['', 0];
const context = createContext({
  Blob: class {
    constructor(parts = []) {
      this.text = parts.join('');
    }
  },
  URL: {
    createObjectURL: () => `blob:null/${String(++made).padStart(12, '0')}`,
    revokeObjectURL() {},
  },
  btoa,
  console: { log() {}, warn() {} },
  given: JSON.parse(readFileSync(given, 'utf8')),
  keep: (blob) => (saved = blob.text),
});
const run = (text) => runInContext(text, context);
for (const name of ['const', 'config', 'event', 'util', 'metadata', 'file', 'attribute', 'view', 'data'])
  run(readFileSync(join(folder, `_via_${name}.js`), 'utf8'));
await run(`(async () => {
  _via_util_download_as_file = keep;
  const data = new _via_data();
  data.store.project.pname = 'pets';
  data.store.project.created = 0;
  for (const [name, anchor, type, options] of given.attributes) {
    const id = await data.attribute_add(name, anchor, _VIA_ATTRIBUTE_TYPE[type]);
    if (options) await data.attribute_update_options_from_csv(id, options);
  }
  for (const [name, type, place, source] of given.files)
    await data.file_add(name, _VIA_FILE_TYPE[type], _VIA_FILE_LOC[place], source);
  for (const files of given.views) await data.view_add(files.map(String));
  for (const [view, times, [shape, ...numbers], values] of given.metadata)
    await data.metadata_add(String(view), times, shape ? [_VIA_RSHAPE[shape], ...numbers] : [], values);
  await data.project_save();
})()`);
writeFileSync(project, saved);
console.log(run('_VIA_VERSION'));
