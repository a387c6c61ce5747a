/** First script of the `maskwright` command of an installed program, which runs in Electron's Node: prepares it, then goes on as everywhere. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { preferSharpWasm } from '../host/sharpWasm';
import { sharpWasmFolder } from './lib/installation';

preferSharpWasm(sharpWasmFolder());
createRequire(__filename)(join(__dirname, 'cli.cjs'));
