// What goes into the packages of each platform and how they are made: the one configuration, in electron-builder's own form.
import path from 'node:path';
import { fromRoot } from '../lib/paths.mjs';

/** The name in menus and of folders, the name of commands and packages, and what a project file is to the system. */
export const appId = 'org.maskwright.Maskwright';
export const projectType = {
  extension: 'maskwright',
  mime: 'application/x-maskwright-project',
  title: 'Maskwright project',
};

/**
 * Packages of node_modules that need no place in the program: the bundler has put what is used of them into the build, or they are
 * natives of another kind. Everything else that `dependencies` leads to goes in.
 */
const bundled = ['konva', 'geotiff', 'fast-png', 'clipper2-ts', 'fflate', 'saxes', 'yaml', 'zod'];

/** What onnxruntime-node has for its installation only: it would fetch libraries for graphics cards. */
const forInstallation = ['onnxruntime-node/script', 'adm-zip', 'global-agent'];

/** Of onnxruntime-node only this machine's library goes in: all of them would be 290 MB. */
const otherRuntimes = (platform, arch) =>
  ['darwin', 'linux', 'win32']
    .flatMap((system) => ['x64', 'arm64'].map((processor) => [system, processor]))
    .filter(([system, processor]) => system !== platform || processor !== arch)
    .map((folders) => `!node_modules/onnxruntime-node/bin/napi-v*/${folders.join('/')}/**`);

/** Natives of other systems, and of ours those that the program does not use. */
const otherNatives = (platform, arch) => [
  ...otherRuntimes(platform, arch),
  // Inside Electron on Linux sharp is WebAssembly (docs/adr/0005).
  ...(platform === 'linux' ? ['!node_modules/@img/sharp-l*/**', '!node_modules/@libsql/*-musl/**'] : []),
];

/** Why no package can be made for a system; null where one can. `has`: whether a path in node_modules is there. */
export function missingRuntime(platform, arch, has) {
  if (has(`onnxruntime-node/bin/napi-v6/${platform}/${arch}/onnxruntime_binding.node`)) return null;
  const system = { darwin: 'macOS', win32: 'Windows', linux: 'Linux' }[platform] ?? platform;
  return (
    `No package can be made for ${system} on ${arch}: ONNX Runtime, which runs the models, has no library for it.` +
    (platform === 'darwin' ? ' On a Mac with an Apple processor there is one.' : '')
  );
}

const documents = ['LICENSE', 'CHANGELOG.md'];

/**
 * `electron`: what scripts/electronRuntime.mjs decided; `dist`: its folder, without an app of its own. Packages of a platform are
 * made on that platform: its natives are what npm installed there.
 */
export function configuration({ electron, dist, output, platform = process.platform, arch = process.arch }) {
  return {
    appId,
    productName: 'Maskwright',
    copyright: 'Copyright (c) Maskwright contributors',
    directories: { output, buildResources: fromRoot('scripts', 'packaging') },
    electronVersion: electron.version,
    electronDist: dist,
    // The natives are N-API: they need no other build for Electron.
    npmRebuild: false,
    asar: true,
    asarUnpack: ['**/*.node', '**/*.so*', '**/*.dylib', '**/*.dll', 'out/main/**'],
    electronLanguages: ['en', 'en-US'],
    files: [
      'package.json',
      'out/**',
      '!out/.built-from',
      ...[...bundled, ...forInstallation].map((name) => `!node_modules/${name}/**`),
      ...otherNatives(platform, arch),
      '!**/*.{map,md,ts,mts,cts,d.ts,flow,tsbuildinfo,gyp,gypi,cc,h}',
      '!**/{test,tests,__tests__,docs,example,examples,.github}/**',
    ],
    extraResources: [
      { from: 'models', to: 'models' },
      {
        from: 'resources',
        to: 'resources',
        filter: ['**/*', '!sharp-wasm/**', '!icon.svg'],
      },
      ...documents.map((name) => ({ from: name, to: name })),
    ],
    electronFuses: {
      // The `maskwright` command runs in Electron's own Node: there is no other on the machine.
      runAsNode: true,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableCookieEncryption: true,
      onlyLoadAppFromAsar: true,
      // Electron checks the archive on these two only.
      enableEmbeddedAsarIntegrityValidation: platform !== 'linux',
      // The page has an origin of its own; older versions have no such fuse.
      ...(parseInt(electron.version) >= 29 ? { grantFileProtocolExtraPrivileges: false } : {}),
    },
    fileAssociations: [
      { ext: projectType.extension, name: projectType.title, mimeType: projectType.mime, role: 'Editor' },
    ],
    linux: {
      target: ['dir'],
      executableName: 'maskwright-app',
      category: 'Graphics;2DGraphics;RasterGraphics;',
      synopsis: 'Segmentation masks for image datasets',
      maintainer: 'Maskwright contributors',
      extraResources: [
        {
          from: 'resources/sharp-wasm/node_modules',
          to: 'resources/sharp-wasm/node_modules',
          filter: ['**/*', '!.package-lock.json', '!**/*.{md,d.ts}'],
        },
      ],
      extraFiles: [{ from: 'scripts/packaging/linux/maskwright', to: 'maskwright' }],
    },
    deb: {
      packageName: 'maskwright',
      priority: 'optional',
      packageCategory: 'science',
      depends: [
        'libasound2 | libasound2t64',
        'libatk-bridge2.0-0 | libatk-bridge2.0-0t64',
        'libatk1.0-0 | libatk1.0-0t64',
        'libatspi2.0-0 | libatspi2.0-0t64',
        'libc6 (>= 2.28)',
        'libcups2 | libcups2t64',
        'libdbus-1-3',
        'libdrm2',
        'libgbm1',
        'libglib2.0-0 | libglib2.0-0t64',
        'libgtk-3-0 | libgtk-3-0t64',
        'libnspr4',
        'libnss3',
        'libxcomposite1',
        'libxdamage1',
        'libxfixes3',
        'libxkbcommon0',
        'libxrandr2',
      ],
      recommends: ['xdg-utils', 'shared-mime-info', 'desktop-file-utils'],
    },
    win: {
      target: ['nsis', 'zip'],
      icon: 'resources/icon.png',
      extraFiles: [{ from: 'scripts/packaging/windows/maskwright.cmd', to: 'maskwright.cmd' }],
    },
    nsis: {
      oneClick: true,
      perMachine: false,
      deleteAppDataOnUninstall: false,
      // electron-builder writes associations for installations of the whole machine only, and no command at all.
      include: 'scripts/packaging/windows/association.nsh',
    },
    mac: {
      target: ['dmg', 'zip'],
      icon: 'resources/icon.png',
      category: 'public.app-category.graphics-design',
      extraResources: [{ from: 'scripts/packaging/mac/maskwright', to: 'maskwright' }],
    },
    dmg: { title: 'Maskwright' },
    publish: null,
  };
}

/** Where packages are made, ignored by git. */
export const releaseFolder = () => path.resolve(fromRoot('release'));
