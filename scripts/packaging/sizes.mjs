// How large a packaged program is, part by part.
import fs from 'node:fs';
import path from 'node:path';

/** What a user downloads for: all but the models, in MB. */
const budgetMb = 330;

export function bytesIn(place) {
  const stat = fs.lstatSync(place);
  if (!stat.isDirectory()) return stat.size;
  return fs.readdirSync(place).reduce((sum, name) => sum + bytesIn(path.join(place, name)), 0);
}

/** Lines for people, largest part first. */
export function sizesOf(folder) {
  const within = (...parts) => {
    const place = path.join(folder, ...parts);
    return fs.existsSync(place) ? bytesIn(place) : 0;
  };
  const modules = ['resources', 'app.asar.unpacked', 'node_modules'];
  const total = bytesIn(folder);
  const models = within('resources', 'models');
  const parts = {
    models,
    'ONNX Runtime': within(...modules, 'onnxruntime-node'),
    'SQLite (libsql)': within(...modules, '@libsql'),
    'sharp (WebAssembly)': within('resources', 'resources', 'sharp-wasm'),
    'program (app.asar)': within('resources', 'app.asar'),
    'program (unpacked)': within('resources', 'app.asar.unpacked', 'out'),
    'Chromium licences': within('LICENSES.chromium.html'),
  };
  const rest = total - Object.values(parts).reduce((sum, bytes) => sum + bytes, 0);
  const all = Object.entries({ ...parts, 'Electron and the rest': rest }).sort(([, a], [, b]) => b - a);
  const mb = (bytes) => `${(bytes / 1e6).toFixed(1).padStart(7)} MB`;
  const without = total - models;
  return [
    ...all.map(([name, bytes]) => `${mb(bytes)}  ${name}`),
    `${mb(total)}  in all; ${(without / 1e6).toFixed(1)} MB without models (at most ${budgetMb})` +
      `${without > budgetMb * 1e6 ? ': TOO LARGE' : ''}`,
  ];
}
