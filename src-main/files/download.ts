/** Gets one file over the network: goes on where it was cut off, and is used only when its digest is right. */
import { open, rename, rm } from 'node:fs/promises';
import { get as httpGet, request as httpRequest, type IncomingMessage } from 'node:http';
import { get as httpsGet } from 'node:https';
import { connect as tlsConnect } from 'node:tls';
import { AppError } from '@shared/errors/appError';
import { type AbortSignalLike, throwIfCancelled } from '@shared/errors/cancellation';
import { describeContent } from './describeContent';
import { digestOf } from './digest';
import { fileError } from './fileErrors';
import { claimPart, layDown, sizeOf } from './partFiles';

export interface Download {
  readonly url: string;
  /** Where the file goes; what came so far lies beside it (partFiles.ts). */
  readonly to: string;
  /** 64 lower-case hexadecimal digits. */
  readonly sha256: string;
  /** Bytes, where they are known beforehand. */
  readonly size?: number;
}

export interface DownloadOptions {
  /** Hosts, with all below them, that may be asked; so are those that they send on to. */
  readonly hosts: readonly string[];
  /** `http://host:port` to go through, or null. */
  readonly proxyOf?: (url: string) => Promise<string | null>;
  readonly signal?: AbortSignalLike;
  /** Bytes of this file; `total` null where the server does not say. */
  readonly onProgress?: (done: number, total: number | null) => void;
  /** Milliseconds without a byte after which a connection counts as cut off. */
  readonly silentMs?: number;
}

/** Interruptions in a row without a single byte between them. */
const mostFailures = 5;
const mostRedirects = 8;

/** Cancelling keeps what came so far. Two processes may get the same file at once. Throws `bad-input` with a sentence. */
export async function downloadFile(what: Download, options: DownloadOptions): Promise<void> {
  const part = await claimPart(what.to);
  try {
    await fetchAll(what, part, options);
    await checkDigest(what, part);
    await rename(part, what.to).catch((error: unknown) => {
      throw diskFault(error, what.url, what.to);
    });
  } catch (error) {
    if (error instanceof AnotherFile) await rm(part, { force: true });
    await layDown(part, what.to);
    throw error;
  }
}

async function fetchAll(what: Download, part: string, options: DownloadOptions): Promise<void> {
  let failures = 0;
  for (;;) {
    const before = await sizeOf(part);
    try {
      return await fetchRest(what, part, before, options);
    } catch (error) {
      throwIfCancelled(options.signal);
      if (error instanceof AppError) throw error;
      failures = (await sizeOf(part)) > before ? 1 : failures + 1;
      if (failures >= mostFailures || (before === 0 && isUnreachable(error))) throw unreachable(what.url, error);
    }
  }
}

/** The rest of the file from `from` on, appended; all of it where the server gives no parts. */
async function fetchRest(what: Download, part: string, from: number, options: DownloadOptions): Promise<void> {
  const response = await follow(what.url, from > 0 ? { range: `bytes=${from}-` } : {}, options);
  const { statusCode: status = 0, headers } = response;
  const fail = (message: string, hint: string) => {
    response.destroy();
    return new AppError('bad-input', message, { hint });
  };
  const { host } = new URL(what.url);
  if (/^text\/html/i.test(headers['content-type'] ?? '')) {
    throw fail(
      `${host} sent a web page instead of ${nameOf(what.url)}`,
      'it may have moved or ask for a login: get it with a browser and install it from the file',
    );
  }
  // All of it was there: the digest will tell.
  if (status === 416 && from > 0) return void response.destroy();
  if (status !== 200 && status !== 206) {
    throw fail(`${host} answers ${status} for ${nameOf(what.url)}`, 'try again later, or install it from a file');
  }
  // Appended to what is there it would be another file.
  if (status === 206 && from > 0 && firstByteOf(headers['content-range'], from) !== from) {
    response.destroy();
    return fetchRest(what, part, 0, options);
  }
  const start = status === 206 ? from : 0;
  const length = Number(headers['content-length'] ?? NaN);
  const total = what.size ?? (Number.isFinite(length) ? start + length : null);
  let done = start;
  const stop = () => response.destroy(new Error('cancelled'));
  options.signal?.addEventListener('abort', stop);
  const refuse = (error: unknown): never => {
    throw diskFault(error, what.url, `${what.to}.part`);
  };
  const file = open(part, start > 0 ? 'a' : 'w').catch(refuse);
  try {
    // Listened to at once: a connection may break while the file is opened.
    await eachChunk(response, async (chunk) => {
      done += chunk.length;
      // It is not the file then, and may have no end.
      if (what.size !== undefined && done > what.size) {
        throw new AnotherFile(
          `${host} sends more than the ${what.size.toLocaleString('en')} bytes of ${nameOf(what.url)}`,
        );
      }
      await (await file).write(chunk).catch(refuse);
      options.onProgress?.(done, total);
    });
  } finally {
    // A file that cannot be opened is told also where nothing came to be written.
    await file.then((opened) => opened.close());
  }
  if (total !== null && done < total) throw new Error('cut off');
}

/** What came is not what was promised: nobody goes on with it. */
class AnotherFile extends AppError {
  constructor(message: string) {
    super('bad-input', message, { hint: 'it was deleted; try again, or look whether the page has another version' });
  }
}

/** No connection is to blame for it, and no other try helps. */
function diskFault(error: unknown, url: string, part: string): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new AppError('bad-input', `There is no room for ${nameOf(url)}`, {
      place: { file: part },
      hint: 'make room on the disk and go on with the download',
      cause: error,
    });
  }
  const known = fileError(error, part);
  if (known instanceof AppError) return known;
  return new AppError('bad-input', `${part} cannot be written (${message})`, {
    hint: 'look at the disk',
    cause: error,
  });
}

/** One after the other. Unlike a pipeline it loses nothing that came before the connection broke. */
function eachChunk(response: IncomingMessage, take: (chunk: Buffer) => Promise<void>): Promise<void> {
  return new Promise((done, fail) => {
    let taken: Promise<void> = Promise.resolve();
    response.on('data', (chunk: Buffer) => {
      response.pause();
      taken = taken.then(() => take(chunk)).then(() => void response.resume());
      taken.catch((error: Error) => response.destroy(error));
    });
    response.on('end', () => taken.then(done, fail));
    response.on('error', (error) => taken.then(() => fail(error), fail));
    response.on('close', () => taken.then(() => fail(new Error('closed')), fail));
  });
}

/** Asks, also where one is sent on to; never a host that is not in the list. */
async function follow(
  first: string,
  headers: Readonly<Record<string, string>>,
  { hosts, proxyOf, signal, silentMs = 30_000 }: DownloadOptions,
): Promise<IncomingMessage> {
  let url = new URL(first);
  for (let count = 0; count < mostRedirects; count++) {
    if (!hosts.some((host) => url.hostname === host || url.hostname.endsWith(`.${host}`))) {
      throw new AppError('bad-input', `The catalogue does not allow ${url.hostname}, where ${first} leads`, {
        hint: 'get the file with a browser and install it from the file',
      });
    }
    throwIfCancelled(signal);
    const response = await ask(url, headers, (await proxyOf?.(url.href)) ?? null, silentMs);
    const { location } = response.headers;
    if (![301, 302, 303, 307, 308].includes(response.statusCode ?? 0) || location === undefined) return response;
    response.destroy();
    url = addressOf(location, url, `${first} leads to “${location}”, which is no address that can be asked`);
  }
  throw new AppError('bad-input', `${first} leads from one address to the next without end`);
}

/** Of the web, else the sentence: no other try would help. */
function addressOf(text: string, base: URL | undefined, sentence: string): URL {
  try {
    const url = new URL(text, base);
    if (/^https?:$/.test(url.protocol)) return url;
  } catch {
    // Told below.
  }
  throw new AppError('bad-input', sentence, { hint: 'get the file with a browser and install it from the file' });
}

function ask(
  url: URL,
  headers: Readonly<Record<string, string>>,
  proxy: string | null,
  silentMs: number,
): Promise<IncomingMessage> {
  return new Promise((done, fail) => {
    const settle = (request: ReturnType<typeof httpGet>) =>
      request.on('error', fail).setTimeout(silentMs, () => request.destroy(new Error('no answer')));
    const options = { headers: { 'user-agent': 'Maskwright', ...headers } };
    if (proxy === null) {
      settle((url.protocol === 'https:' ? httpsGet : httpGet)(url, options, done));
      return;
    }
    const through = addressOf(proxy, undefined, `The proxy “${proxy}” is no address that can be asked`);
    const { hostname, port, username, password } = through;
    const basic = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64');
    const login = username === '' ? {} : { 'proxy-authorization': `Basic ${basic}` };
    const place = { host: hostname, port: port || 80 };
    if (url.protocol === 'http:') {
      const plain = { ...place, path: url.href, headers: { ...options.headers, host: url.host, ...login } };
      settle(httpGet(plain, done));
      return;
    }
    const target = `${url.hostname}:${url.port || 443}`;
    const tunnel = httpRequest({ ...place, method: 'CONNECT', path: target, headers: { host: target, ...login } });
    settle(tunnel);
    tunnel.on('connect', ({ statusCode }, socket) => {
      if (statusCode !== 200) return fail(new Error(`the proxy answers ${statusCode}`));
      const createConnection = () => tlsConnect({ socket, servername: url.hostname });
      settle(httpsGet(url, { ...options, agent: false, createConnection }, done));
    });
    tunnel.end();
  });
}

/** Throws where it is not what was promised. */
async function checkDigest({ sha256, url, size }: Download, part: string): Promise<void> {
  const actual = await digestOf(part);
  if (actual === sha256) return;
  const bytes = await sizeOf(part);
  // A server may send a page or a pointer as if it were the file.
  const kind = await describeContent(part).catch(() => null);
  const counted = size !== undefined && bytes !== size ? `${bytes.toLocaleString('en')} bytes and ` : '';
  throw new AnotherFile(
    `${nameOf(url)} is not the file it should be: ${kind ? `${kind}, and` : 'it'} has ${counted}SHA-256 ${actual}, expected ${sha256}`,
  );
}

/** Of `bytes 100-199/400`; `asked` where it says none. */
const firstByteOf = (range: string | undefined, asked: number) =>
  Number(/^bytes (\d+)-/.exec(range ?? '')?.[1] ?? asked);

const nameOf = (url: string) => new URL(url).pathname.split('/').pop() ?? url;

const offline = new Set(['ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH', 'EHOSTUNREACH', 'ECONNREFUSED']);
const isUnreachable = (error: unknown) => offline.has((error as NodeJS.ErrnoException).code ?? '');

function unreachable(url: string, error: unknown): AppError {
  const { host } = new URL(url);
  const message = isUnreachable(error)
    ? `${host} cannot be reached, as this computer seems to be offline or behind a proxy`
    : `The connection to ${host} breaks again and again`;
  return new AppError('bad-input', message, {
    hint: 'try again later (what came so far is kept), or get the file elsewhere and install it from the file',
    cause: error,
  });
}
