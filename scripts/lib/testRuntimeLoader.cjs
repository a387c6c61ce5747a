// Loader that stands in for Electron's default app inside the test runtime: starts the app folder named on the command line.
/* eslint-disable @typescript-eslint/no-require-imports -- Electron loads the app in its resources folder as CommonJS. */
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const { app } = require('electron');

const named = process.argv.slice(1).find((argument) => !argument.startsWith('-'));
const appPath = path.resolve(named ?? '.');

try {
  const isFolder = fs.statSync(appPath).isDirectory();
  const manifest = isFolder ? JSON.parse(fs.readFileSync(path.join(appPath, 'package.json'), 'utf8')) : {};
  // The same order as Electron's own default app: identity first, because user-data paths derive from the name.
  process.defaultApp = true;
  if (manifest.productName ?? manifest.name) app.setName(manifest.productName ?? manifest.name);
  if (manifest.version) app.setVersion(manifest.version);
  app.setAppPath(isFolder ? appPath : path.dirname(appPath));
  require(isFolder ? path.join(appPath, manifest.main ?? 'index.js') : appPath);
} catch (error) {
  console.error(`The test runtime could not start ${appPath}: ${error && error.stack ? error.stack : error}`);
  process.exit(1);
}
