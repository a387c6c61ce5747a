// Makes the .deb from a packaged folder with dpkg-deb: no scripts run at installation or removal, so nothing can be left behind.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { capture, isOnPath } from '../lib/exec.mjs';
import { fromRoot } from '../lib/paths.mjs';
import { say, StepError } from '../lib/report.mjs';
import { bytesIn } from './sizes.mjs';
import { projectType } from './configuration.mjs';

const iconSizes = [16, 24, 32, 48, 64, 128, 256, 512];
const architectures = { x64: 'amd64', arm64: 'arm64' };
const opt = 'opt/maskwright';

/** The entry of menus; a file that is opened with the program is handed to a running one. */
export function desktopEntry({ linux, productName }) {
  return [
    '[Desktop Entry]',
    'Type=Application',
    `Name=${productName}`,
    'GenericName=Image segmentation',
    `Comment=${linux.synopsis}`,
    `Exec=/${opt}/${linux.executableName} %F`,
    `TryExec=/${opt}/${linux.executableName}`,
    'Icon=maskwright',
    'Terminal=false',
    'StartupNotify=true',
    `StartupWMClass=${productName}`,
    `MimeType=${projectType.mime};`,
    `Categories=${linux.category}`,
    'Keywords=segmentation;annotation;mask;COCO;dataset;',
    '',
  ].join('\n');
}

/** The program's own type of file; its content is a database, which the system would say otherwise. */
export function mimeTypes() {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info">',
    `  <mime-type type="${projectType.mime}">`,
    `    <comment>${projectType.title}</comment>`,
    '    <sub-class-of type="application/vnd.sqlite3"/>',
    '    <icon name="maskwright"/>',
    `    <glob pattern="*.${projectType.extension}" weight="80"/>`,
    '  </mime-type>',
    '</mime-info>',
    '',
  ].join('\n');
}

/** `installedBytes`: of all files. A package made with a test runtime says so where it is installed. */
export function control({ deb, linux, version, architecture, installedBytes, isTest }) {
  const note = isTest ? [' .', ' Made with a test runtime: for testing only, not to be given to anybody.'] : [];
  return [
    `Package: ${deb.packageName}`,
    `Version: ${version}${isTest ? '~testruntime' : ''}`,
    `Architecture: ${architecture}`,
    `Maintainer: ${linux.maintainer}`,
    `Installed-Size: ${Math.ceil(installedBytes / 1024)}`,
    `Depends: ${deb.depends.join(', ')}`,
    `Recommends: ${deb.recommends.join(', ')}`,
    `Section: ${deb.packageCategory}`,
    `Priority: ${deb.priority}`,
    `Description: ${linux.synopsis}`,
    ' Open a folder of images or a dataset (COCO, labelme, YOLO, PASCAL VOC, CVAT and',
    ' more), let a model or classical vision propose masks, correct them with polygon',
    ' and brush tools, and export what your trainer reads. Works offline.',
    ...note,
    '',
  ].join('\n');
}

/** Returns the file; undefined, with a sentence, where this machine has no dpkg-deb. */
export async function makeDebian({ config, folder, output, version, suffix }) {
  const architecture = architectures[process.arch];
  if (!architecture || !isOnPath('dpkg-deb')) {
    say('No .deb is made: this machine has no dpkg-deb.');
    return undefined;
  }
  const { linux, deb } = config;
  const root = path.join(output, 'work', 'debian');
  fs.rmSync(root, { recursive: true, force: true });
  const put = (name, content, mode = 0o644) => {
    const file = path.join(root, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, content, { mode });
  };
  fs.cpSync(folder, path.join(root, opt), { recursive: true, verbatimSymlinks: true });
  fs.mkdirSync(path.join(root, 'usr/bin'), { recursive: true });
  fs.symlinkSync(`/${opt}/maskwright`, path.join(root, 'usr/bin/maskwright'));
  put('usr/share/applications/maskwright.desktop', desktopEntry(config));
  put('usr/share/mime/packages/maskwright.xml', mimeTypes());
  for (const [name, content] of await icons()) put(name, content);
  put('usr/share/doc/maskwright/copyright', fs.readFileSync(fromRoot('LICENSE')));
  put('usr/share/doc/maskwright/changelog.gz', gzipSync(fs.readFileSync(fromRoot('CHANGELOG.md')), { level: 9 }));
  plainModes(root);
  // Of root, and run as root: where a system has no user namespaces, this is what puts the page into its sandbox.
  fs.chmodSync(path.join(root, opt, 'chrome-sandbox'), 0o4755);
  put('DEBIAN/md5sums', sums(root));
  const installedBytes = bytesIn(root);
  put('DEBIAN/control', control({ deb, linux, version, architecture, installedBytes, isTest: suffix !== '' }));
  const file = path.join(output, `${deb.packageName}_${version}_${architecture}${suffix}.deb`);
  // What is only tried out need not be small: the best compression takes minutes.
  const compression = suffix === '' ? ['-Zxz'] : ['-Zgzip', '-z1'];
  const made = capture('dpkg-deb', ['--root-owner-group', ...compression, '--build', root, file]);
  if (!made.ok) throw new StepError(`The .deb could not be made (dpkg-deb code ${made.code}): ${made.text.trim()}`);
  return file;
}

async function icons() {
  const { default: sharp } = await import('sharp');
  const svg = fs.readFileSync(fromRoot('resources', 'icon.svg'));
  const hicolor = (size, name) => `usr/share/icons/hicolor/${size}/apps/${name}`;
  const pictures = iconSizes.map(async (side) => [
    hicolor(`${side}x${side}`, 'maskwright.png'),
    await sharp(svg, { density: 288 }).resize(side, side).png({ compressionLevel: 9 }).toBuffer(),
  ]);
  return [...(await Promise.all(pictures)), [hicolor('scalable', 'maskwright.svg'), svg]];
}

/** Whatever the umask here: everybody may read, and run what can be run. */
function plainModes(place) {
  const stat = fs.lstatSync(place);
  if (stat.isSymbolicLink()) return;
  const isProgram = stat.isDirectory() || (stat.mode & 0o100) !== 0;
  fs.chmodSync(place, isProgram ? 0o755 : 0o644);
  if (stat.isDirectory()) for (const name of fs.readdirSync(place)) plainModes(path.join(place, name));
}

function sums(root) {
  const files = fs
    .readdirSync(root, { recursive: true })
    .filter((name) => fs.lstatSync(path.join(root, name)).isFile());
  const sum = (name) =>
    createHash('md5')
      .update(fs.readFileSync(path.join(root, name)))
      .digest('hex');
  return files.map((name) => `${sum(name)}  ${name}\n`).join('');
}
