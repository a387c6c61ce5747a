/** A page that was taken over: what it asks for, sends out or makes up, from the real window of the real app. */
import { expect, test } from '@playwright/test';
import { annotationFault } from '@shared/document/limits';
import type { RpcMessage } from '@shared/ipc/rpc';
import type { Bridge } from '@shared/ipc/window';
import { createSocket } from 'node:dgram';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type Call, malformedCalls } from '../support/malformed';
import { answerDialogs, temporaryFolder } from './support/app';
import { Desk, makeDataset } from './support/desk';
import { pidOf } from './support/processes';

/** Answers as a page sees them: null for a call that worked. */
type Answer = { readonly code: string; readonly message: string } | null;

let desk: Desk;
test.beforeAll(async () => {
  desk = await Desk.open(await makeDataset(1));
});
test.afterAll(() => desk.close());

test('permissions and devices are refused, whether asked for or looked up', async () => {
  const granted = await desk.page.evaluate(async () => {
    const names = ['camera', 'microphone', 'geolocation', 'notifications', 'clipboard-read', 'midi', 'background-sync'];
    const states = await Promise.all(
      names.map(async (name) => {
        const found = await navigator.permissions.query({ name: name as PermissionName }).catch(() => null);
        return found?.state === 'granted' ? [name] : [];
      }),
    );
    const works = async (name: string, work: () => Promise<unknown>) =>
      work().then(
        () => [`${name} works`],
        () => [],
      );
    return [
      ...states.flat(),
      ...(await works('media', () => navigator.mediaDevices.getUserMedia({ audio: true, video: true }))),
      ...(await works('display', () => navigator.mediaDevices.getDisplayMedia())),
      ...(await works('clipboard', () => navigator.clipboard.readText())),
      ...(await works(
        'position',
        () => new Promise((done, fail) => navigator.geolocation.getCurrentPosition(done, fail)),
      )),
      ...((await Notification.requestPermission()) === 'granted' ? ['notifications'] : []),
    ];
  });
  expect(granted).toEqual([]);
});

test('nothing leaves the page: a listener on this machine hears neither WebRTC nor any request', async () => {
  const heard: string[] = [];
  const udp = createSocket('udp4', () => heard.push('udp'));
  udp.on('message', () => heard.push('udp'));
  const tcp = createServer((socket) => (heard.push('tcp'), socket.destroy()));
  await new Promise<void>((ready) => udp.bind(0, '127.0.0.1', ready));
  await new Promise<void>((ready) => tcp.listen(0, '127.0.0.1', ready));
  const ports = { udp: udp.address().port, tcp: (tcp.address() as { port: number }).port };
  await desk.page.evaluate(async ({ udp, tcp }) => {
    const address = `127.0.0.1:${tcp}`;
    const iceServers = [
      { urls: `stun:127.0.0.1:${udp}` },
      { urls: `turn:127.0.0.1:${udp}?transport=udp`, username: 'a', credential: 'b' },
      { urls: `turn:${address}?transport=tcp`, username: 'a', credential: 'b' },
    ];
    try {
      const connection = new RTCPeerConnection({ iceServers });
      connection.createDataChannel('out');
      const gathered = new Promise<void>((done) => {
        connection.onicegatheringstatechange = () => connection.iceGatheringState === 'complete' && done();
      });
      await connection.setLocalDescription(await connection.createOffer());
      await connection
        .addIceCandidate({
          candidate: `candidate:1 1 udp 2122260223 127.0.0.1 ${udp} typ host`,
          sdpMid: '0',
          sdpMLineIndex: 0,
        })
        .catch(() => undefined);
      await Promise.race([gathered, new Promise((late) => setTimeout(late, 4000))]);
      connection.close();
    } catch {
      // A browser that makes no connection at all is as good.
    }
    await fetch(`http://${address}/`, { mode: 'no-cors' }).catch(() => undefined);
    navigator.sendBeacon(`http://${address}/`, 'x');
    const socket = new WebSocket(`ws://${address}/`);
    await new Promise((ended) => (socket.onerror = socket.onclose = ended));
    for (const tag of ['img', 'script', 'iframe', 'link', 'video'] as const) {
      const element = document.createElement(tag);
      if (element instanceof HTMLLinkElement) Object.assign(element, { rel: 'prefetch', href: `http://${address}/` });
      else element.src = `http://${address}/`;
      document.body.append(element);
      await new Promise((done) => {
        element.onerror = element.onload = done;
        setTimeout(done, 300);
      });
      element.remove();
    }
  }, ports);
  udp.close();
  tcp.close();
  expect(heard).toEqual([]);
});

test('a link opens in the browser only where its site is known and the user agrees', async () => {
  await desk.app.electron.evaluate(({ dialog, shell }) => {
    const seen = { asked: [] as string[], opened: [] as string[] };
    Object.assign(globalThis, { seen });
    dialog.showMessageBox = (...args: unknown[]) => {
      const { detail } = args.at(-1) as { detail: string };
      seen.asked.push(detail);
      return Promise.resolve({ response: detail.includes('/yes') ? 0 : 1, checkboxChecked: false });
    };
    shell.openExternal = (url) => (seen.opened.push(url), Promise.resolve());
  });
  const links = [
    ...['https://example.com/', 'http://github.com/', 'file:///etc/passwd', 'https://github.com.example.com/'],
    ...['https://user:pass@github.com/', 'javascript:alert(1)', 'https://github.com/no', 'https://github.com/yes'],
  ];
  await desk.page.evaluate((urls) => urls.forEach((url) => window.open(url)), links);
  const seen = () =>
    desk.app.electron.evaluate(() => (globalThis as unknown as { seen: { asked: string[]; opened: string[] } }).seen);
  await expect
    .poll(seen)
    .toEqual({ asked: ['https://github.com/no', 'https://github.com/yes'], opened: ['https://github.com/yes'] });
  expect(desk.page.url()).toBe('maskwright://app/');
});

test('only the user names a path: what the page makes up is neither written nor opened', async () => {
  const folder = temporaryFolder('named');
  const victim = join(folder, 'authorized_keys');
  const chosen = join(folder, 'chosen.json');
  const project = join(folder, 'other.maskwright');
  writeFileSync(victim, 'ssh-ed25519 AAAA');
  const { file } = await desk.app.ask('project.summary', {});
  const refused = async (work: Promise<unknown>) =>
    (
      await work.then(
        () => 'done',
        (error: Error) => error.message,
      )
    ).split('\n')[0];
  const exportTo = (path: string, overwrite: 'refuse' | 'export' | 'any') =>
    refused(desk.app.ask('project.export', { path, format: 'coco', options: {}, overwrite }));

  for (const overwrite of ['refuse', 'export', 'any'] as const) {
    expect(await exportTo(victim, overwrite)).toContain('The window may not');
    expect(await exportTo(join(folder, 'new.json'), overwrite)).toContain('The window may not');
  }
  // All at once: each is looked after from the start, as one may be refused before another.
  for (const answer of [
    desk.app.ask('project.import', { path: victim, file: project, replace: true }),
    desk.app.ask('project.saveElsewhere', { file: project }),
    desk.app.ask('project.openFolder', { folder, file: project }),
    desk.app.ask('project.openFolder', { folder }),
    desk.app.ask('project.openDataset', { path: victim }),
    desk.app.ask('project.open', { file: victim }),
    desk.app.ask('project.relink', { folder }),
    desk.app.ask('app.showInFolder', { path: victim }),
    desk.app.ask('app.openBackup', { file: project, backup: victim }),
  ].map(refused)) {
    expect(await answer).toContain('The window may not');
  }
  // Nor by allowing itself, nor by a drop that no hand made.
  const recent = [{ file: victim, name: 'x', imagesFolder: folder, ofFolder: true, imageCount: 1, openedAtMs: 1 }];
  await desk.app.ask('settings.write', { changes: { recent, exportTargets: [victim], linkedFolders: ['/'] } });
  await desk.page.evaluate((path) => {
    const data = new DataTransfer();
    const file = new File(['x'], 'authorized_keys');
    Object.defineProperty(file, 'path', { value: path });
    data.items.add(file);
    document.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true }));
    (window as unknown as { maskwright: Bridge }).maskwright.pathOfFile({ path });
  }, victim);
  expect(await exportTo(victim, 'export')).toContain('The window may not');
  expect(await refused(desk.app.ask('project.openFolder', { folder }))).toContain('The window may not');
  expect(readdirSync(folder)).toEqual(['authorized_keys']);
  expect(readFileSync(victim, 'utf8')).toBe('ssh-ed25519 AAAA');

  // What was chosen in the dialog is for one export; what the user exported to before may be written again.
  await answerDialogs(desk.app.electron, chosen);
  await desk.app.ask('app.pickExport', { suggested: chosen, format: 'coco' });
  expect(await exportTo(join(folder, 'beside.json'), 'export')).toContain('The window may not');
  expect(await exportTo(chosen, 'export')).toBe('done');
  expect(await exportTo(chosen, 'export')).toBe('done');
  expect(readdirSync(folder).sort()).toEqual(['authorized_keys', 'chosen.json']);
  expect((await desk.app.ask('project.summary', {})).file).toBe(file);
});

test('2,000 malformed calls: each has a sentence, nothing crashes, and nothing is stored that is none', async () => {
  const folder = temporaryFolder('malformed');
  await desk.app.electron.evaluate(({ dialog }) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: true, filePath: '' });
    dialog.showOpenDialog = () => Promise.resolve({ canceled: true, filePaths: [] });
  });
  await desk.box(4, 4, 10, 8);
  const { session } = await desk.app.ask('app.openSession', { imageId: 1 });
  const before = await Promise.all([pidOf(desk.app, 'store'), pidOf(desk.app, 'vision')]);
  const calls = malformedCalls(20_261_126, 2000, folder, session);
  const answers = await desk.page.evaluate(askAll, calls);
  expect(answers).toHaveLength(calls.length);

  const raw =
    /TypeError|RangeError|ReferenceError|Cannot (read|set|convert|mix)|is not (a function|iterable|defined|an object)|invalid (array|string) length|ended unexpectedly/i;
  const bad = answers.flatMap((answer, i) =>
    answer && (['internal', 'silent'].includes(answer.code) || raw.test(answer.message.slice(0, 400)))
      ? [
          `${calls[i].method} ${JSON.stringify(calls[i].params, plain)?.slice(0, 300)}: ${answer.code}: ${answer.message.slice(0, 200)}`,
        ]
      : [],
  );
  expect(bad).toEqual([]);
  expect(answers.filter(Boolean).length).toBeGreaterThan(1000);

  expect(await Promise.all([pidOf(desk.app, 'store'), pidOf(desk.app, 'vision')])).toEqual(before);
  expect((await desk.app.ask('project.diagnostics', { integrity: true })).integrity).toBe('ok');
  const { snapshot, proposals } = await desk.app.ask('image.open', { imageId: 1 });
  const ids = new Set((await desk.app.ask('project.summary', {})).categories.map(({ id }) => id));
  for (const annotation of snapshot.annotations) {
    expect(annotationFault(annotation, null)).toBeNull();
    expect(ids.has(annotation.categoryId)).toBe(true);
  }
  for (const { score, segmentation } of proposals) {
    expect(score >= 0 && score <= 1).toBe(true);
    expect(segmentation.size).toEqual(snapshot.size);
  }
  expect(({} as Record<string, unknown>).id).toBeUndefined();
});

const plain = (_key: string, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value);

/** Runs in the page: all calls over one port, a few at a time. */
function askAll(calls: readonly Call[]): Promise<Answer[]> {
  const bridge = (window as unknown as { maskwright: Bridge }).maskwright;
  const answers = new Array<Answer>(calls.length).fill({ code: 'silent', message: 'no answer' });
  const atOnce = 8;
  const patienceMs = 20_000;
  return new Promise((done) => {
    let next = 0;
    let open = 0;
    const timers = new Map<number, ReturnType<typeof setTimeout>>();
    window.addEventListener('message', ({ data, ports: [port] }) => {
      if (data !== 'malformed') return;
      // What is no call at all is passed over.
      for (const noise of [
        null,
        undefined,
        5,
        'x',
        [],
        {},
        { type: 'request' },
        { type: 'request', id: 'a', method: {} },
      ]) {
        port.postMessage(noise);
      }
      const ended = (id: number) => {
        if (!timers.has(id)) return;
        clearTimeout(timers.get(id));
        timers.delete(id);
        open--;
        more();
      };
      const more = () => {
        while (open < atOnce && next < calls.length) {
          const id = next++;
          open++;
          timers.set(
            id,
            setTimeout(() => ended(id), patienceMs),
          );
          port.postMessage({ type: 'request', id, ...calls[id] });
        }
        if (open === 0 && next === calls.length) done(answers);
      };
      port.onmessage = ({ data: message }: MessageEvent<RpcMessage>) => {
        if (message.type === 'result') answers[message.id] = null;
        if (message.type === 'error')
          answers[message.id] = { code: message.error.code, message: message.error.message };
        if (message.type === 'result' || message.type === 'error') ended(message.id);
      };
      more();
    });
    bridge.connect('malformed');
  });
}
