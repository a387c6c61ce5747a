// Makes out/ match the sources: electron-vite build where a content hash says that something changed.
import fs from 'node:fs';
import { hashContents, readStamp } from './contentHash.mjs';
import { run } from './exec.mjs';
import { writeLicences } from './licences.mjs';
import { withLock } from './lock.mjs';
import { fromRoot, repoRoot } from './paths.mjs';
import { StepError, say } from './report.mjs';

const INPUTS = [
  'src-shared',
  'src-main',
  'src-renderer',
  'electron.vite.config.ts',
  'svelte.config.js',
  'tsconfig.base.json',
  'tsconfig.node.json',
  'tsconfig.shared.json',
  'tsconfig.web.json',
  'package.json',
  'package-lock.json',
];
const PRODUCTS = ['out/main/index.cjs', 'out/main/cli.cjs', 'out/preload/preload.cjs', 'out/renderer/index.html'];

export async function ensureBuild() {
  // A published package carries the build and no sources.
  if (!fs.existsSync(fromRoot('electron.vite.config.ts'))) return;
  if (isFresh()) return;
  await withLock('build', async () => {
    if (isFresh()) return;
    const hash = hashContents(repoRoot, INPUTS);
    say('Building (electron-vite build).');
    const cli = fromRoot('node_modules', 'electron-vite', 'bin', 'electron-vite.js');
    const code = await run(process.execPath, [cli, 'build', '--logLevel', 'warn'], { cwd: repoRoot, output: 'stderr' });
    if (code !== 0)
      throw new StepError(`The build failed: electron-vite ended with code ${code}, see its output above.`);
    try {
      writeLicences();
    } catch (error) {
      // Only a package must not be without.
      say(`The list of licences could not be made: ${error.message}`);
    }
    // Written last: a build that was interrupted leaves no stamp. The hash was taken before, so that an edit
    // made while it ran is built next time.
    fs.writeFileSync(stampFile(), `${hash}\n`);
  });
}

function isFresh() {
  const stamp = readStamp(stampFile());
  return (
    stamp !== undefined &&
    PRODUCTS.every((file) => fs.existsSync(fromRoot(file))) &&
    stamp === hashContents(repoRoot, INPUTS)
  );
}

function stampFile() {
  return fromRoot('out', '.built-from');
}
