/**
 * The packaged program as a user has it, from a folder of its own with the checkout out of its reach: the start-up check, then a
 * working session (open the sample, propose, draw, export, restart) and the command line (propose, evaluate, export).
 * Run by hand: `npm run package-check`, which names the packaged folder and brings a display. It takes root or user namespaces.
 */
import { chromium, expect, type Browser, type Page } from '@playwright/test';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..', '..');
const work = mkdtempSync(join(tmpdir(), 'maskwright-package-'));
const installed = join(work, 'installed');
const userData = join(work, 'user-data');
const images = join(work, 'images');
const exported = join(work, 'export.json');
const asRoot = process.getuid?.() === 0;

/** In a mount namespace where the checkout, with its node_modules, is an empty folder. */
const hidden = (command: string[]): [string, string[]] => [
  'unshare',
  [
    ...(asRoot ? [] : ['--user', '--map-current-user', '--map-users=auto']),
    '--mount',
    'sh',
    '-c',
    'mount -t tmpfs none "$0" && exec "$@"',
    root,
    ...command,
  ],
];
const flags = asRoot ? ['--no-sandbox'] : [];
const env = { ...process.env, NODE_PATH: '', XDG_CONFIG_HOME: join(work, 'config') };

function step(text: string): void {
  process.stdout.write(`${text}\n`);
}

function cli(...args: string[]): string {
  const [file, rest] = hidden([join(installed, 'maskwright'), ...args]);
  const result = spawnSync(file, rest, { encoding: 'utf8', env, cwd: work });
  if (result.status !== 0) throw new Error(`maskwright ${args[0]} ended with ${result.status}: ${result.stderr}`);
  return result.stdout;
}

/** Playwright cannot start a program whose inspector is off: it is driven over the page's own protocol. */
async function open(...args: string[]): Promise<{ child: ChildProcess; browser: Browser; page: Page }> {
  const program = join(installed, 'maskwright-app');
  const [file, rest] = hidden([program, ...flags, '--remote-debugging-port=0', `--user-data=${userData}`, ...args]);
  const child = spawn(file, rest, { env, cwd: work, stdio: ['ignore', 'ignore', 'pipe'], detached: true });
  const address = await new Promise<string>((found, fail) => {
    let text = '';
    child.stderr!.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
      const line = /DevTools listening on (ws:\S+)/.exec(text);
      if (line) found(line[1]);
    });
    child.once('exit', (code) => fail(new Error(`It ended with ${code}: ${text}`)));
  });
  const browser = await chromium.connectOverCDP(address, { noDefaults: true });
  await expect.poll(() => browser.contexts()[0].pages().length, { timeout: 30_000 }).toBe(1);
  return { child, browser, page: browser.contexts()[0].pages()[0] };
}

async function close({ child, browser, page }: Awaited<ReturnType<typeof open>>): Promise<void> {
  const ended = new Promise((done) => child.once('exit', done));
  await page.close();
  await browser.close().catch(() => undefined);
  await ended;
}

const annotations = (page: Page) => page.getByRole('listbox', { name: 'Annotations' }).getByRole('option');
const openImage = async (page: Page) => {
  await page.getByRole('option', { name: /nuclei-02\.png/ }).click();
  await expect(page.getByRole('banner')).toContainText('nuclei-02.png', { timeout: 20_000 });
};

async function session(): Promise<void> {
  // A dialog of the system cannot be answered from here: the file is one that was exported to before.
  mkdirSync(userData, { recursive: true });
  writeFileSync(join(userData, 'settings.json'), JSON.stringify({ version: 1, exportTargets: [exported] }));
  const first = await open('--sample');
  const { page } = first;
  await openImage(page);
  await page.getByRole('combobox', { name: /^Model or method/ }).click();
  await page.getByRole('option', { name: /^Nuclei/ }).click();
  await page.getByRole('button', { name: 'Propose', exact: true }).click();
  const accept = page.getByRole('button', { name: /^Accept all \d+$/ });
  await expect(accept).toBeVisible({ timeout: 60_000 });
  const proposed = Number((await accept.textContent())!.match(/\d+/)![0]);
  await accept.click();
  await expect(accept).toBeHidden();
  const canvas = page.getByRole('application', { name: 'Image canvas' });
  const { x, y, width, height } = (await canvas.boundingBox())!;
  await canvas.focus();
  await page.keyboard.press('r');
  await page.mouse.move(x + width * 0.45, y + height * 0.45);
  await page.mouse.down();
  await page.mouse.move(x + width * 0.55, y + height * 0.55, { steps: 5 });
  await page.mouse.up();
  const drawn = page.getByRole('region', { name: 'Annotations' });
  await expect(drawn).toContainText(String(proposed + 1));
  await expect(page.getByRole('status').filter({ hasText: 'Saved' })).toBeVisible();
  step(`window: ${proposed} proposed and accepted, one drawn`);

  await page.evaluate(askInPage, {
    method: 'project.export',
    params: { path: exported, format: 'coco', options: {}, overwrite: 'export' },
  });
  await close(first);
  const again = await open('--sample');
  await openImage(again.page);
  await expect(again.page.getByRole('region', { name: 'Annotations' })).toContainText(String(proposed + 1));
  expect(await annotations(again.page).count()).toBeGreaterThan(10);
  await close(again);
  const file = JSON.parse(readFileSync(exported, 'utf8')) as {
    images: { id: number; file_name: string }[];
    annotations: { image_id: number }[];
  };
  const { id } = file.images.find(({ file_name }) => file_name === 'nuclei-02.png')!;
  expect(file.annotations.filter(({ image_id }) => image_id === id)).toHaveLength(proposed + 1);
  step('window: exported, started again, all of it is there');
}

/** As test/e2e/support/app.ts asks, on a port of its own. */
function askInPage({ method, params }: { method: string; params: unknown }): Promise<unknown> {
  const bridge = (window as unknown as { maskwright: { connect(token: string): void } }).maskwright;
  const token = `package ${performance.now()}`;
  return new Promise((done, fail) => {
    window.addEventListener('message', ({ data, ports: [port] }) => {
      if (data !== token) return;
      port.onmessage = ({
        data: message,
      }: MessageEvent<{ type: string; result: unknown; error: { message: string } }>) => {
        if (message.type === 'result') done(message.result);
        if (message.type === 'error') fail(new Error(message.error.message));
      };
      port.postMessage({ type: 'request', id: 1, method, params });
    });
    bridge.connect(token);
  });
}

function commandLine(): void {
  const version = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version;
  expect(cli('--version').trim()).toBe(version);
  const proposals = join(work, 'proposals.json');
  const overlays = join(work, 'overlays');
  cli('propose', '--images', images, '--model', 'nuclei-maskrcnn', '--out', proposals, '--overlays', overlays);
  expect(statSync(join(overlays, 'nuclei-02.png')).size).toBeGreaterThan(1000);
  step('command line: propose by a model, with overlays');
  cli(
    'propose',
    '--images',
    images,
    '--method',
    'watershed',
    '--category',
    'nucleus',
    '--out',
    join(work, 'classical.json'),
  );
  step('command line: propose by a method');
  const truth = join(root, 'resources', 'sample', 'instances.json');
  cpSync(truth, join(work, 'truth.json'));
  const numbers = cli('evaluate', '--gt', join(work, 'truth.json'), '--dt', proposals, '--json');
  expect(Object.values(JSON.parse(numbers) as object).length).toBeGreaterThan(0);
  step('command line: evaluate');
  cli(
    'import',
    join(work, 'truth.json'),
    '--images',
    join(installed, 'resources', 'resources', 'sample', 'images'),
    '--project',
    join(work, 'set.maskwright'),
  );
  cli('export', join(work, 'set.maskwright'), '--out', join(work, 'again.json'));
  const count = (file: string) =>
    (JSON.parse(readFileSync(file, 'utf8')) as { annotations: unknown[] }).annotations.length;
  expect(count(join(work, 'again.json'))).toBe(count(truth));
  step('command line: import and export');
}

const [folder] = process.argv.slice(2);
if (!folder || !existsSync(join(folder, 'maskwright-app'))) throw new Error('Name the packaged folder in release/');
try {
  cpSync(folder, installed, { recursive: true, verbatimSymlinks: true });
  mkdirSync(images);
  for (const name of ['nuclei-02.png', 'nuclei-03.png'])
    cpSync(join(root, 'resources', 'sample', 'images', name), join(images, name));
  const picture = join(work, 'smoke.png');
  const [file, rest] = hidden([
    join(installed, 'maskwright-app'),
    ...flags,
    '--smoke',
    `--user-data=${join(work, 'smoke')}`,
    `--screenshot=${picture}`,
  ]);
  const smoke = spawnSync(file, rest, { encoding: 'utf8', env, cwd: work, timeout: 120_000 });
  expect(smoke.stdout).toContain('ready');
  expect(statSync(picture).size).toBeGreaterThan(10_000);
  step('start-up check: ready');
  commandLine();
  await session();
  step('all passed');
} finally {
  rmSync(work, { recursive: true, force: true });
}
