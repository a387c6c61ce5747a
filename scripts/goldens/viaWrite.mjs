// What the VGG Image Annotator itself saves: `node viaWrite.mjs PATH/TO/via-2.x.y/src/via.js IMAGES.json PROJECT.json TABLE.csv`.
// IMAGES.json: [{"filename", "size", "regions": [{"shape_attributes", "region_attributes"}]}].
import { readFileSync, writeFileSync } from 'node:fs';
import { loadVia } from './viaWindow.mjs';

const [, , viaPath, given, project, table] = process.argv;
const saved = [];
const run = loadVia(viaPath, {
  images: JSON.parse(readFileSync(given, 'utf8')),
  Blob: class {
    constructor(parts) {
      saved.push(parts.join(''));
    }
  },
});
run(`
for (const { filename, size, regions } of images) {
  const id = project_add_new_file(filename, size);
  for (const one of regions) {
    const region = new file_region();
    Object.assign(region.shape_attributes, one.shape_attributes);
    Object.assign(region.region_attributes, one.region_attributes);
    _via_img_metadata[id].regions.push(region);
  }
}
const options = { cat: '', dog: '' };
_via_attributes.region.class = { type: 'dropdown', description: '', options, default_options: {} };
_via_settings.project = { name: 'pets' };
save_data_to_local_file = function () {};
project_save_confirmed({ project_name: { value: 'pets' } });
`);
writeFileSync(project, saved[0]);
writeFileSync(table, (await run(`pack_via_metadata('csv')`)).join(''));
