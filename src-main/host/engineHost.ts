/**
 * First script of every engine process in Electron: prepares the process, then runs a host script. Arguments: the host script
 * and the folder of sharp's WebAssembly build (absolute paths), then the host's own, and `givesWay` among them where the process
 * is to run below the others. The command line starts the host scripts directly where it runs in plain Node.
 */
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants, setPriority } from 'node:os';
import { givesWay } from './givesWay';
import { preferSharpWasm } from './sharpWasm';

const requireHere = createRequire(__filename);

const [hostScript, sharpWasmFolder] = process.argv.slice(2);
// Before anything else: threads take the priority of the one that starts them.
if (process.argv.includes(givesWay)) giveWay();
preferSharpWasm(sharpWasmFolder);
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
