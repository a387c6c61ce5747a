/** The window's own origin: its page and scripts, and the pixels of registered images of the open project. */
import type { Engine } from './engine';
import { parseValueWindow } from '@shared/images/urls';
import { AppError, describeError } from '@shared/errors/appError';
import { protocol } from 'electron';
import { readFile } from 'node:fs/promises';
import { join, normalize, sep } from 'node:path';
import { mediaTypes } from '../images/formats';
import { windowShowsFile } from '../images/header';
import { type MayShow, openPicture } from '../images/pictureFile';

type Body = ConstructorParameters<typeof Response>[0];

const scheme = 'maskwright';

export const pageOrigin = `${scheme}://app`;

/** Longest side of the pictures that are made for the window, pixels. */
const sidePx = { thumbnail: 160, reduced: 8192 };

/** Before `app.ready`. */
export function declareScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
  ]);
}

/** After `app.ready`. `rendererFolder` holds the built page; nothing of it is given out before the session is `guarded`. */
export function servePage(rendererFolder: string, engine: Engine, mayShow: MayShow, guarded: Promise<void>): void {
  protocol.handle(scheme, async (request) => {
    await guarded;
    const { host, pathname, searchParams } = new URL(request.url);
    if (host !== 'app') return new Response('Not found', { status: 404 });
    try {
      const image = /^\/(image|thumbnail|reduced)\/(\d+)$/.exec(pathname);
      if (image) {
        const window = parseValueWindow(searchParams.get('window'));
        return await imageResponse(
          { engine, mayShow },
          image[1] as PictureKind,
          Number(image[2]),
          window,
          request.signal,
        );
      }
      return await pageResponse(rendererFolder, pathname);
    } catch (error) {
      const sentence = error instanceof AppError ? describeError(error) : 'The image could not be read';
      return new Response(sentence, { status: 422, headers: { 'content-type': 'text/plain; charset=utf-8' } });
    }
  });
}

type PictureKind = 'image' | keyof typeof sidePx;

async function imageResponse(
  { engine, mayShow }: { readonly engine: Engine; readonly mayShow: MayShow },
  kind: PictureKind,
  imageId: number,
  valueWindow: readonly [number, number] | null,
  signal: AbortSignal,
): Promise<Response> {
  const { path, root, orientation } = await engine.store.client.call('image.source', { imageId });
  const file = await openPicture(path, root, mayShow);
  try {
    const { header } = file;
    if (kind === 'image' && header && windowShowsFile(header, orientation)) {
      const body = await file.handle.readFile();
      return new Response(body as Body, { headers: { 'content-type': mediaTypes[header.format] } });
    }
    const source = { path: file.path, orientation };
    if (kind !== 'image') {
      const { jpeg } = await engine.vision.client.call('vision.thumbnail', { source, side: sidePx[kind] }, { signal });
      return new Response(jpeg as Body, { headers: { 'content-type': 'image/jpeg' } });
    }
    const window = (header?.deep ? valueWindow : null) ?? undefined;
    const { png } = await engine.vision.client.call('vision.toPng', { source, window });
    return new Response(png as Body, { headers: { 'content-type': 'image/png' } });
  } finally {
    await file.handle.close();
  }
}

async function pageResponse(folder: string, pathname: string): Promise<Response> {
  const file = normalize(join(folder, pathname === '/' ? 'index.html' : decodeURIComponent(pathname)));
  if (!file.startsWith(folder + sep)) return new Response('Not found', { status: 404 });
  // Read here: a detour over Chromium's network service is felt at each start.
  const body = await readFile(file).catch(() => null);
  if (!body) return new Response('Not found', { status: 404 });
  return new Response(body as Body, {
    headers: {
      'content-type': contentType(file),
      'content-security-policy': contentSecurityPolicy,
      'x-content-type-options': 'nosniff',
    },
  });
}

/** Styles may be inline: Svelte sets style attributes, Konva sizes its canvases that way. */
const contentSecurityPolicy = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' blob: data:",
  "worker-src 'self' blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

function contentType(file: string): string {
  const types: Record<string, string> = {
    html: 'text/html; charset=utf-8',
    js: 'text/javascript; charset=utf-8',
    css: 'text/css; charset=utf-8',
    svg: 'image/svg+xml',
    png: 'image/png',
    woff2: 'font/woff2',
    json: 'application/json',
  };
  return types[file.slice(file.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
}
