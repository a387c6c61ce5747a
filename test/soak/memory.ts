/**
 * Goes through images in the real app, drawing a box on each and taking every second one back, and prints the memory of every
 * process on the way: none may end more than a tenth above where it was once its caches had filled. Run: npx tsx --tsconfig
 * tsconfig.e2e.json test/soak/memory.ts [images], under a display.
 *
 * The image library's WebAssembly build gives nothing back: not the memory that it grew to, nor a thread that it once needed, each a
 * JavaScript engine of its own. Thumbnails are made two at a time, and when their steps overlap the most is chance. So the vision process
 * made one step of 10 MB (a thread more, 3 MB of library memory), after anything from 900 to 1,600 images, and then no other. It cannot
 * need more than for four pictures at full size at once, which is all that the library reads at a time: they are read at the start.
 */
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { launch, temporaryFolder } from '../e2e/support/app';

const different = 20;
/** Caches and pools have their size then: the window's pictures are the last to fill theirs. */
const warmUp = 600;
const images = Number(process.argv[2] ?? 1000);
const allowed = 0.1;
/** Of small processes a tenth is less than what one collection leaves. */
const allowedMb = 10;

const folder = join(temporaryFolder('soak'), 'images');
mkdirSync(folder);
const fileOf = (at: number) => `${String(at).padStart(5, '0')}.jpg`;
for (let i = 0; i <= warmUp + images; i++) {
  if (i >= different) copyFileSync(join(folder, fileOf(i % different)), join(folder, fileOf(i)));
  else {
    const noise = { type: 'gaussian' as const, mean: 90 + i, sigma: 30 };
    const create = { width: 1600, height: 1200, channels: 3 as const, background: '#000', noise };
    await sharp({ create })
      .jpeg({ quality: 85 })
      .toFile(join(folder, fileOf(i)));
  }
}

// With a category: without one the first box would wait for its name.
const dataset = {
  images: Array.from({ length: warmUp + images + 1 }, (_, i) => {
    return { id: i + 1, file_name: fileOf(i), width: 1600, height: 1200 };
  }),
  categories: [{ id: 1, name: 'thing' }],
  annotations: [],
};
writeFileSync(join(folder, 'instances.json'), JSON.stringify(dataset));

const app = await launch({ args: [join(folder, 'instances.json')] });
const { page } = app;
// A picture that was not served is told with its sentence, whatever the memory says.
page.on('response', async (response) => {
  if (response.status() < 400) return;
  console.log(`${response.url()}: ${response.status()} ${await response.text().catch(() => '')}`);
});
const banner = page.getByRole('banner');
await banner.getByText(fileOf(0)).waitFor();
const canvas = (await page.locator('.canvas').first().boundingBox())!;
const [x, y] = [canvas.x + canvas.width / 2, canvas.y + canvas.height / 2];
await page.mouse.click(x, y);

/** Resident MB of each process, by what it is called. */
async function measure(): Promise<Readonly<Record<string, number>>> {
  const metrics = await app.electron.evaluate(({ app: main }) =>
    main.getAppMetrics().map(({ type, name, memory }) => ({ type, name, mb: memory.workingSetSize / 1024 })),
  );
  const heap = await page.evaluate(
    () => (performance as unknown as { memory: { usedJSHeapSize: number } }).memory.usedJSHeapSize / 2 ** 20,
  );
  const names: Readonly<Record<string, string>> = { Browser: 'main', Tab: 'window', GPU: 'graphics' };
  const processes = metrics
    .filter(({ type }) => type !== 'Zygote')
    .map(({ type, name, mb }) => [names[type] ?? name?.replace('maskwright-', '') ?? type, mb] as const);
  return { ...Object.fromEntries(processes), "the window's JavaScript": heap };
}

/** More pictures at once, at full size, than the image library reads at a time. */
async function readAllAtOnce(): Promise<void> {
  const ids = (await app.ask('image.list', { from: 0, count: 16 })).map(({ id }) => id);
  for (let round = 0; round < 3; round++) {
    await page.evaluate(async (each) => {
      await Promise.all(each.map(async (id) => (await fetch(`/reduced/${id}`)).arrayBuffer()));
    }, ids);
  }
}

/** The middle of what is seen over a hundred images: garbage comes and goes. */
let seen: Readonly<Record<string, number>>[] = [];
const middles = () =>
  Object.fromEntries(
    Object.keys(seen[seen.length - 1]).map((name) => {
      const values = seen.map((each) => each[name] ?? 0).sort((a, b) => a - b);
      return [name, Math.round(values[values.length >> 1])] as const;
    }),
  );
let start: Readonly<Record<string, number>> = {};
let end = start;
await readAllAtOnce();
for (let i = 0; i < warmUp + images; i++) {
  await page.keyboard.press('r');
  await page.mouse.move(x - 50, y - 50);
  await page.mouse.down();
  await page.mouse.move(x + 40, y + 60, { steps: 2 });
  await page.mouse.up();
  if (i % 2 === 1) await page.keyboard.press('Control+z');
  await page.keyboard.press('v');
  await page.keyboard.press('d');
  await banner.getByText(fileOf(i + 1)).waitFor();
  seen.push(await measure());
  if (i % 100 !== 99) continue;
  end = middles();
  if (i === warmUp - 1) start = end;
  console.log(JSON.stringify({ images: i + 1, mb: end }));
  seen = [];
}
await app.close();
for (const [name, mb] of Object.entries(end)) {
  const before = start[name];
  const grown = before === undefined ? 0 : mb - before;
  const isFlat = grown <= Math.max(allowedMb, (before ?? 0) * allowed);
  console.log(
    `${name}: ${before ?? '-'} MB after ${warmUp} images, ${mb} MB after ${images} more${isFlat ? '' : ': it grows'}`,
  );
  if (!isFlat) process.exitCode = 1;
}
