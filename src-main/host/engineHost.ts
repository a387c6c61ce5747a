/**
 * First script of every engine process in Electron: prepares the process, then runs a host script. Arguments: the host script
 * and the folder of sharp's WebAssembly build (absolute paths), then the host's own, and `givesWay` among them where the process
 * is to run below the others. The command line starts the host scripts directly.
 *
 * On Linux it makes `require('sharp')` load sharp's WebAssembly build: Electron's executable is linked to the system's
 * GLib, and sharp's native library brings another one, whose objects the first does not know (docs/adr/0005).
 */
import { readdirSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { constants, setPriority } from 'node:os';
import { givesWay } from './givesWay';

const requireHere = createRequire(__filename);

const [hostScript, sharpWasmFolder] = process.argv.slice(2);
// Before anything else: threads take the priority of the one that starts them.
if (process.argv.includes(givesWay)) giveWay();
if (process.platform === 'linux') preferSharpWasm(sharpWasmFolder);
requireHere(hostScript);

/** On Linux a priority is a thread's; those that compile and collect garbage are there already, and would not give way. */
function giveWay(): void {
  const threads = process.platform === 'linux' ? readdirSync('/proc/self/task').map(Number) : [process.pid];
  for (const thread of threads) {
    try {
      setPriority(thread, constants.priority.PRIORITY_BELOW_NORMAL);
    } catch {
      // It ended meanwhile.
    }
  }
}

/** `folder`: holds the `node_modules` of resources/sharp-wasm. */
function preferSharpWasm(folder: string): void {
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
