/**
 * Makes `require('sharp')` load sharp's WebAssembly build, where this process is Electron on Linux: its executable is linked to
 * the system's GLib, and sharp's native library brings another one, whose objects the first does not know (docs/adr/0005).
 */
import Module from 'node:module';

/** `folder`: holds the `node_modules` of resources/sharp-wasm. */
export function preferSharpWasm(folder: string): void {
  if (process.platform !== 'linux' || !process.versions.electron) return;
  const loader = Module as unknown as { _resolveFilename(request: string, ...rest: unknown[]): string };
  const resolve = loader._resolveFilename;
  loader._resolveFilename = function (request, ...rest) {
    if (/^@img\/sharp-linux.*\/sharp\.node$/.test(request)) {
      // What sharp tries first; it goes on to its WebAssembly build when this one is not there.
      throw Object.assign(new Error(`${request} is not used inside Electron`), { code: 'MODULE_NOT_FOUND' });
    }
    if (request === '@img/sharp-wasm32/sharp.node')
      return resolve.call(loader, request, rest[0], false, { paths: [folder] });
    return resolve.call(loader, request, ...rest);
  };
}
