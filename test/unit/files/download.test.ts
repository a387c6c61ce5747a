/** Downloads from a server that misbehaves: cut off, wrong bytes, web pages, other hosts, no server at all. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { CancelSource } from '@shared/errors/cancellation';
import { downloadFile, type DownloadOptions } from '../../../src-main/files/download';

const folder = mkdtempSync(join(tmpdir(), 'maskwright-download-'));
const content = Buffer.from(Array.from({ length: 400_000 }, (_, i) => (i * 2654435761) >>> 24));
const sha256 = createHash('sha256').update(content).digest('hex');

let answer: (request: IncomingMessage, response: ServerResponse) => void;
const server = createServer((request, response) => answer(request, response));
let base = '';
beforeAll(async () => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

let count = 0;
let to = '';
beforeEach(() => (to = join(folder, `file${count++}.onnx`)));
const get = (options: Partial<DownloadOptions> = {}, path = '/weights.onnx') =>
  downloadFile({ url: base + path, to, sha256 }, { hosts: ['127.0.0.1'], ...options });

/** From where the request asks on. */
function fromRange({ headers }: IncomingMessage): number {
  return Number(/bytes=(\d+)-/.exec(headers.range ?? '')?.[1] ?? 0);
}

function serve(request: IncomingMessage, response: ServerResponse, bytes = Infinity): void {
  const from = fromRange(request);
  const headers = { 'content-type': 'application/octet-stream', 'content-length': content.length - from };
  response.writeHead(from > 0 ? 206 : 200, headers);
  const part = content.subarray(from, from + bytes);
  if (from + part.length === content.length) return void response.end(part);
  response.write(part, () => response.destroy());
}

test('interrupted three times, it goes on where it was and is verified', async () => {
  const ranges: number[] = [];
  answer = (request, response) => {
    ranges.push(fromRange(request));
    serve(request, response, ranges.length <= 3 ? 90_000 : Infinity);
  };
  const seen: number[] = [];
  await get({ onProgress: (done) => seen.push(done) });
  expect(readFileSync(to).equals(content)).toBe(true);
  expect(ranges).toHaveLength(4);
  expect(ranges[0]).toBe(0);
  for (let i = 1; i < 4; i++) expect(ranges[i]).toBeGreaterThan(ranges[i - 1]);
  expect(seen.at(-1)).toBe(content.length);
  expect(existsSync(`${to}.part`)).toBe(false);
});

test('a server that gives no parts is asked for the whole again', async () => {
  let asked = 0;
  answer = (request, response) => {
    delete request.headers.range;
    serve(request, response, ++asked === 1 ? 50_000 : Infinity);
  };
  await get();
  expect(readFileSync(to).equals(content)).toBe(true);
});

test('a part that does not begin where it was asked to is not appended: the whole is asked for', async () => {
  const ranges: (string | undefined)[] = [];
  writeFileSync(`${to}.part`, content.subarray(0, 100_000));
  answer = (request, response) => {
    ranges.push(request.headers.range);
    if (ranges.length > 1) return serve(request, response);
    response.writeHead(206, { 'content-range': `bytes 90000-399999/${content.length}`, 'content-length': 310_000 });
    response.end(content.subarray(90_000));
  };
  await get();
  expect(ranges).toEqual(['bytes=100000-', undefined]);
  expect(readFileSync(to).equals(content)).toBe(true);
});

test('stopped by the user, it keeps what came and goes on from there', async () => {
  const source = new CancelSource();
  answer = (_request, response) => {
    response.writeHead(200, { 'content-length': content.length });
    response.write(content.subarray(0, 100_000));
  };
  let came = 0;
  const getting = get({ signal: source, onProgress: (done) => (came = done) }).catch((error: unknown) => error);
  await vi.waitFor(() => expect(came).toBeGreaterThan(0), { timeout: 5000 });
  source.abort();
  expect(await getting).toMatchObject({ code: 'cancelled' });
  const begun = statSync(`${to}.part`).size;
  expect(begun).toBeGreaterThan(0);
  let from = -1;
  answer = (request, response) => {
    from = fromRange(request);
    serve(request, response);
  };
  await get();
  expect(from).toBe(begun);
  expect(readFileSync(to).equals(content)).toBe(true);
});

test('a wrong digest deletes the file and says so', async () => {
  answer = (_request, response) => void response.end('another version of the weights');
  await expect(get()).rejects.toThrow(
    /weights\.onnx is not the file it should be: it is text, and has SHA-256 [0-9a-f]{64}, expected/,
  );
  expect([existsSync(to), existsSync(`${to}.part`)]).toEqual([false, false]);
});

test('what has no end is given up at the size of the catalogue, and not kept', async () => {
  let sent = 0;
  answer = (_request, response) => {
    const more = () => {
      if (response.destroyed || sent > 50 * content.length) return;
      sent += content.length;
      response.write(content, more);
    };
    more();
  };
  const endless = downloadFile({ url: `${base}/weights.onnx`, to, sha256, size: 100_000 }, { hosts: ['127.0.0.1'] });
  await expect(endless).rejects.toThrow('sends more than the 100,000 bytes of weights.onnx');
  expect(sent).toBeLessThan(50 * content.length);
  expect(readdirSync(folder).filter((name) => name.startsWith(basename(to)))).toEqual([]);
});

test('a place that cannot be written is told as what it is, after one try', async () => {
  writeFileSync(to, 'a file');
  to = join(to, 'inside.onnx');
  let asked = 0;
  answer = (request, response) => {
    asked++;
    serve(request, response);
  };
  await expect(get()).rejects.toMatchObject({
    code: 'bad-input',
    message: `${to}.part leads through a file that is not a folder`,
  });
  answer = (_request, response) => {
    asked++;
    response.end();
  };
  await expect(get()).rejects.toThrow('leads through a file that is not a folder');
  expect(asked).toBe(2);
});

test('a web page instead of the file is named as such, and so is an error of the server', async () => {
  answer = (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
    response.end('<html>Please log in</html>');
  };
  await expect(get()).rejects.toThrow(/127\.0\.0\.1:\d+ sent a web page instead of weights\.onnx/);
  // Also where it is not said to be one.
  answer = (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/octet-stream' });
    response.end('<!doctype html><title>Log in</title>');
  };
  await expect(get()).rejects.toThrow(/weights\.onnx is not the file it should be: it is a web page/);
  answer = (_request, response) => {
    response.writeHead(404);
    response.end('no');
  };
  await expect(get()).rejects.toThrow(/answers 404 for weights\.onnx/);
  expect(existsSync(to)).toBe(false);
});

test('only the hosts of the catalogue are asked, wherever one is sent', async () => {
  const asked: string[] = [];
  answer = (request, response) => {
    asked.push(request.url!);
    if (request.url === '/weights.onnx') {
      response.writeHead(302, { location: '/moved.onnx' });
      response.end();
    } else if (request.url === '/away.onnx') {
      response.writeHead(302, { location: base.replace('127.0.0.1', 'localhost') + '/secret' });
      response.end();
    } else serve(request, response);
  };
  await get();
  expect(readFileSync(to).equals(content)).toBe(true);
  rmSync(to);
  await expect(get({}, '/away.onnx')).rejects.toThrow(/The catalogue does not allow localhost/);
  expect(asked).toEqual(['/weights.onnx', '/moved.onnx', '/away.onnx']);
});

test('an address that is none is said after one try, be it of the next place or of the proxy', async () => {
  let asked = 0;
  for (const location of ['http://[bad', 'ftp://127.0.0.1/weights.onnx', 'file:///etc/hostname']) {
    answer = (_request, response) => {
      asked++;
      response.writeHead(302, { location });
      response.end();
    };
    await expect(get()).rejects.toThrow(`weights.onnx leads to “${location}”, which is no address that can be asked`);
  }
  expect(asked).toBe(3);
  await expect(get({ proxyOf: () => Promise.resolve('http://::bad') })).rejects.toThrow(
    'The proxy “http://::bad” is no address that can be asked',
  );
  expect(asked).toBe(3);
});

test('no server: a sentence, and what came before is kept', async () => {
  writeFileSync(`${to}.part`, content.subarray(0, 10));
  const away = downloadFile({ url: 'http://127.0.0.1:1/weights.onnx', to, sha256 }, { hosts: ['127.0.0.1'] });
  await expect(away).rejects.toMatchObject({
    message: '127.0.0.1:1 cannot be reached, as this computer seems to be offline or behind a proxy',
    hint: expect.stringContaining('install it from the file'),
  });
  expect(statSync(`${to}.part`).size).toBe(10);
});

test('a proxy is gone through', async () => {
  const asked: string[] = [];
  answer = (request, response) => {
    asked.push(request.url!);
    serve(request, response);
  };
  // The name is known to the proxy alone.
  const what = { url: 'http://weights.invalid/a.onnx', to, sha256 };
  await downloadFile(what, { hosts: ['weights.invalid'], proxyOf: () => Promise.resolve(base) });
  expect(asked).toEqual(['http://weights.invalid/a.onnx']);
  expect(readFileSync(to).equals(content)).toBe(true);
});

test('two that get the same file at once both end with it, and leave nothing beside it', async () => {
  let asked = 0;
  // Both are cut off at different places while the other writes.
  answer = (request, response) => serve(request, response, ++asked <= 4 ? 50_000 + asked * 13_000 : Infinity);
  await Promise.all([get(), get()]);
  expect(readFileSync(to).equals(content)).toBe(true);
  expect(readdirSync(folder).filter((name) => name.startsWith(`${basename(to)}.`))).toEqual([]);
});

test('what a process left that is gone is gone on with; what a running one holds is not touched', async () => {
  const gone = spawnSync(process.execPath, ['--version']).pid;
  writeFileSync(`${to}.part-${gone}-1`, content.subarray(0, 120_000));
  const held = `${to}.part-${process.ppid}-1`;
  writeFileSync(held, content.subarray(0, 300_000));
  const ranges: number[] = [];
  answer = (request, response) => {
    ranges.push(fromRange(request));
    serve(request, response);
  };
  await get();
  expect(ranges).toEqual([120_000]);
  expect(readFileSync(to).equals(content)).toBe(true);
  expect(statSync(held).size).toBe(300_000);
});
