// `npm run package`: the program as its users get it, for this platform: a folder that runs, archives and installers, in release/.
import fs from 'node:fs';
import path from 'node:path';
import { ensureBuilt } from './lib/bootstrap.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';
import { capture } from './lib/exec.mjs';
import { writeLicences } from './lib/licences.mjs';
import { fromRoot, repoRoot } from './lib/paths.mjs';
import { ensureBuilder } from './lib/packagingTools.mjs';
import { runMain, say, StepError } from './lib/report.mjs';
import { ensureSharpWasm } from './lib/sharpWasm.mjs';
import { configuration, missingRuntime, releaseFolder } from './packaging/configuration.mjs';
import { makeDebian } from './packaging/debian.mjs';
import { sizesOf } from './packaging/sizes.mjs';

const notToGiveAway =
  'This package was made with a test runtime in place of the official Electron. It is for testing on this machine and must not ' +
  'be given to anybody.\n';

await runMain(async () => {
  await ensureDependencies();
  const missing = missingRuntime(process.platform, process.arch, (file) =>
    fs.existsSync(fromRoot('node_modules', file)),
  );
  if (missing) throw new StepError(missing);
  await ensureBuilt();
  await ensureSharpWasm();
  writeLicences();
  const { resolveElectron } = await import('./electronRuntime.mjs');
  const electron = await resolveElectron();
  const builder = await ensureBuilder();
  const isTest = electron.kind !== 'official';
  if (isTest) say(notToGiveAway.trim());
  const output = releaseFolder();
  const work = path.join(output, 'work');
  fs.rmSync(work, { recursive: true, force: true });
  fs.mkdirSync(work, { recursive: true });

  const dist = withoutApp(electron.dir, path.join(work, 'electron'));
  const config = configuration({ electron, dist, output: path.join(work, 'built') });
  const system = { linux: 'LINUX', win32: 'WINDOWS', darwin: 'MAC' }[process.platform];
  const targets = builder.Platform[system].createTarget();
  const artefacts = await builder.build({ projectDir: repoRoot, config, targets, publish: 'never' });

  const { version } = JSON.parse(fs.readFileSync(fromRoot('package.json'), 'utf8'));
  const suffix = isTest ? '-testruntime' : '';
  const name = `maskwright-${version}-${process.platform}-${process.arch}${suffix}`;
  const made =
    process.platform === 'linux'
      ? await packLinux({
          config,
          name,
          output,
          built: path.join(work, 'built', unpackedName()),
          isTest,
          version,
          suffix,
        })
      : artefacts.map((file) => moveTo(output, file, suffix));
  fs.rmSync(work, { recursive: true, force: true });
  for (const file of made) process.stdout.write(`${file}\n`);
});

/** Electron as it is handed to the packager; the test runtime brings a loader of apps, which would go before ours. */
function withoutApp(from, to) {
  fs.cpSync(from, to, { recursive: true, verbatimSymlinks: true });
  fs.rmSync(path.join(to, 'resources', 'app'), { recursive: true, force: true });
  return to;
}

function unpackedName() {
  return process.arch === 'x64' ? 'linux-unpacked' : `linux-${process.arch}-unpacked`;
}

async function packLinux({ config, name, output, built, isTest, version, suffix }) {
  const folder = path.join(output, name);
  fs.rmSync(folder, { recursive: true, force: true });
  fs.renameSync(built, folder);
  if (isTest) fs.writeFileSync(path.join(folder, 'DO-NOT-REDISTRIBUTE.txt'), notToGiveAway);
  for (const line of sizesOf(folder)) say(line);
  const archive = `${folder}.tar.gz`;
  const tar = capture('tar', [
    '-c',
    `--use-compress-program=gzip -${isTest ? 1 : 9}`,
    '-f',
    archive,
    '--owner=0',
    '--group=0',
    '-C',
    output,
    name,
  ]);
  if (!tar.ok) throw new StepError(`The archive could not be made (tar code ${tar.code}): ${tar.text.trim()}`);
  const deb = await makeDebian({ config, folder, output, version, suffix });
  return [folder, archive, ...(deb ? [deb] : [])];
}

function moveTo(output, file, suffix) {
  const { name, ext } = path.parse(file);
  const target = path.join(output, `${name}${suffix}${ext}`);
  fs.renameSync(file, target);
  return target;
}
