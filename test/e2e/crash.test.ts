/** Kills the app's processes at random moments while it is worked with: nothing acknowledged is lost. */
import { expect, test } from '@playwright/test';
import { Desk, makeDataset, PHOTO } from './support/desk';
import { randomFrom, shuffled } from '@shared/dataset/random';
import type { ProposeWith } from '@shared/project/proposeWith';
import { noteFault } from '../support/faultTable';
import { pidOf, type Victim } from './support/processes';
import { drawn, drawnMask, type Point, rect, type Rule } from './support/reference';
import { picture } from './support/screenshots';

/** Of fifty; `npm run faults` says how many there are in all. */
const KILLS: Readonly<Record<Victim, number>> = { store: 34, window: 4, app: 4, vision: 4, inference: 4 };
const shares = Number(process.env.MASKWRIGHT_FAULTS ?? 50) / 50;
const seed = Number(process.env.MASKWRIGHT_FAULTS_SEED ?? 20_240_607);
/**
 * A kill comes at a random moment in so long after a gesture began, ms; later the next time where the hand was still moving,
 * else sooner: on a machine of any speed they come around the end of the gesture, where its commit is.
 */
const FIRST_KILL_WITHIN_MS = 80;
const LATER = 1.25;
const SOONER = 0.8;
/** So few that the list shows each of them. */
const MOST_BOXES = 12;

// What is lost once is lost: no second try.
test.describe.configure({ retries: 0 });

test('the store commits to a write-ahead log and waits for the disk', async () => {
  const desk = await Desk.open(await makeDataset(1));
  const { journalMode, synchronous } = await desk.app.ask('project.diagnostics', { integrity: false });
  expect({ journalMode, synchronous }).toEqual({ journalMode: 'wal', synchronous: 2 });
  await desk.close();
});

test('a gesture whose store died is reported, what is durable is shown, the next one works', async () => {
  const desk = await Desk.open(await makeDataset(1, PHOTO), { sheet: PHOTO });
  await desk.box(22, 28, 84, 84);
  const store = await pidOf(desk.app, 'store');
  // Stopped, the store takes no commit: the gesture is in progress when the process dies.
  process.kill(store, 'SIGSTOP');
  await desk.key('Escape', 'r');
  const second: Point[] = [
    [103, 53],
    [167, 117],
  ];
  await desk.drag(second);
  await expect(desk.page.getByText('Saving…')).toBeVisible();
  process.kill(store, 'SIGKILL');
  await expect(desk.page.getByText(/“Draw box” was not saved/)).toBeVisible();
  await expect(desk.page.getByRole('status').filter({ hasText: /^Saved$/ })).toBeVisible();
  await desk.expectMasks(rect(22, 28, 84, 84));
  await desk.expectListed(1);
  await expect(desk.page.getByRole('region', { name: 'Annotations' })).not.toContainText('1 of 1');
  await picture(desk.page, 'crash');
  await desk.drag(second);
  await desk.steps(2);
  await desk.expectMasks(rect(22, 28, 84, 84), rect(103, 53, 64, 64));
  await desk.expectUndoRedo();

  await test.step('the window is closed while gestures wait for their turn: none of them is lost', async () => {
    const { userData } = desk.app;
    const project = (await desk.app.ask('project.summary', {})).file;
    const slow = await pidOf(desk.app, 'store');
    process.kill(slow, 'SIGSTOP');
    for (const left of [20, 70, 120]) {
      await desk.key('Escape', 'r');
      await desk.drag([
        [left, 120],
        [left + 40, 140],
      ]);
    }
    await expect(desk.page.getByText('Saving…')).toBeVisible();
    const closed = desk.close();
    setTimeout(() => process.kill(slow, 'SIGCONT'), 500);
    await closed;
    const again = await Desk.open(project, { userData, sheet: PHOTO });
    await again.expectListed(5);
    await again.close();
  });
});

test('an unfinished polygon survives the end of the store, of the window and of the app', async () => {
  let desk = await Desk.open(await makeDataset(1, PHOTO), { sheet: PHOTO });
  const { userData } = desk.app;
  const project = (await desk.app.ask('project.summary', {})).file;
  const drawn = async () => {
    const { drafts } = await desk.opened();
    return drafts.map(({ data }) => (JSON.parse(data) as { points: number[] }).points);
  };
  const corners: readonly Point[] = [
    [20, 20],
    [100, 20],
    [100, 60],
    [140, 60],
    [140, 120],
    [60, 120],
    [60, 90],
    [20, 90],
  ];
  const points = (count: number) => [corners.slice(0, count).flat()];
  const saved = () => expect(desk.page.getByRole('status').filter({ hasText: /^Saved$/ })).toBeVisible();
  await desk.key('p');
  for (const corner of corners.slice(0, 3)) await desk.click(corner);
  await saved();
  expect(await drawn()).toEqual(points(3));

  await test.step('the store dies under a click: the next write tries again, drawing goes on', async () => {
    const store = await pidOf(desk.app, 'store');
    process.kill(store, 'SIGSTOP');
    await desk.click(corners[3]);
    await expect(desk.page.getByText('Saving…')).toBeVisible();
    process.kill(store, 'SIGKILL');
    await expect.poll(() => drawn().catch(() => null)).toEqual(points(4));
    await saved();
    await desk.hint('4 vertices');
  });

  for (const [at, victim] of (['window', 'app'] as const).entries()) {
    await test.step(`the ${victim} dies`, async () => {
      await desk.click(corners[4 + at]);
      await saved();
      process.kill(await pidOf(desk.app, victim), 'SIGKILL');
      if (victim === 'window') await expectWindowBack(desk);
      await desk.app.kill();
      desk = await Desk.open(project, { userData, sheet: PHOTO });
      const bar = desk.page.getByRole('region', { name: 'Unfinished work' });
      await expect(bar).toContainText(`Unfinished: polygon, ${5 + at} points`);
      expect(await drawn()).toEqual(points(5 + at));
      await bar.getByRole('button', { name: 'Resume' }).click();
    });
  }
  for (const corner of corners.slice(6)) await desk.click(corner);
  await desk.key('Enter');
  await desk.steps(1);
  expect((await desk.annotations())[0].segmentation).toEqual({
    kind: 'polygons',
    parts: [{ outer: corners.flat(), holes: [] }],
  });
  expect(await drawn()).toEqual([]);
  await desk.close();
});

test('50 kills at random moments lose no acknowledged gesture', async () => {
  test.setTimeout(400_000 * Math.max(1, shares));
  let desk = await Desk.open(await makeDataset(1));
  const { userData } = desk.app;
  const project = (await desk.app.ask('project.summary', {})).file;
  const random = randomFrom(seed);
  const all = Object.entries(KILLS) as [Victim, number][];
  const victims = shuffled(
    all.flatMap(([victim, count]) => of(victim, Math.max(1, Math.round(count * shares)))),
    random,
  );
  const acknowledged: Record<Victim, number> = { store: 0, window: 0, app: 0, vision: 0, inference: 0 };
  const told: Record<Victim, string> = { store: '', window: '', app: '', vision: '', inference: '' };
  /** What the user was told is saved. */
  let saved: History = { states: [[]], at: 0 };
  const kills = { whileDrawing: 0, afterwards: 0 };
  let killWithin = FIRST_KILL_WITHIN_MS;
  for (const [round, victim] of victims.entries()) {
    await atWork(desk, victim);
    const pid = await pidOf(desk.app, victim);
    for (let calm = Math.floor(random() * 3); calm > 0; calm--) {
      const { make, result } = nextGesture(saved, random);
      await make(desk);
      await desk.steps(result.at);
      saved = result;
      acknowledged[victim]++;
    }
    // What it computes when it is killed: that fails with a sentence, or is done before.
    const computed = makers[victim]
      ? desk.app.ask('app.propose', { imageId: desk.imageId, with: makers[victim] })
      : null;
    const failure = computed?.then(
      () => null,
      (error: Error) => error.message,
    );
    const last = nextGesture(saved, random);
    let isDrawing = true;
    const kill = later(random() * killWithin, () => {
      process.kill(pid, 'SIGKILL');
      kills[isDrawing ? 'whileDrawing' : 'afterwards']++;
      killWithin *= isDrawing ? LATER : SOONER;
    });
    // The window or the whole app may go away under the mouse.
    await last.make(desk).catch((error: unknown) => {
      if (victim !== 'window' && victim !== 'app') throw error;
    });
    isDrawing = false;
    await kill;
    if (victim === 'window') await expectWindowBack(desk);
    if (victim === 'window' || victim === 'app') {
      await desk.app.kill();
      desk = await Desk.open(project, { userData });
    }
    const sentence = (await failure) ?? null;
    if (sentence !== null)
      expect(sentence).toMatch(/The (vision|inference) process ended unexpectedly and was restarted/);
    if (sentence !== null) told[victim] = sentence.split('Error: ').at(-1)!.split('\n')[0];
    await atWork(desk, victim);
    const found = await settled(desk, victim, pid);
    const [before, after] = [saved, last.result].map(({ states, at }) =>
      JSON.stringify(states[at].map((rule) => drawn(rule))),
    );
    expect([before, after], `round ${round + 1}, ${victim} killed`).toContain(found.masks);
    if (found.undo === last.result.at && found.masks === after) {
      saved = last.result;
      acknowledged[victim]++;
    }
    expect(found).toEqual({
      masks: JSON.stringify(saved.states[saved.at].map((rule) => drawn(rule))),
      undo: saved.at,
      integrity: 'ok',
    });
    await desk.expectListed(saved.states[saved.at].length);
    const said = desk.page.getByText(/ended unexpectedly|was not saved/);
    if (victim === 'store' && (await said.count()) > 0) told.store = (await said.first().textContent())!.trim();
    const dismiss = desk.page.getByRole('button', { name: 'Dismiss' });
    while ((await dismiss.count()) > 0) await dismiss.first().click();
  }
  expect(kills.whileDrawing).toBeGreaterThan(5);
  expect(kills.afterwards).toBeGreaterThan(5);
  const names: Record<Victim, string> = {
    store: 'the store',
    window: 'the window',
    app: 'the whole app',
    vision: 'the process that reads pictures',
    inference: 'the process that runs models',
  };
  for (const [victim] of all) {
    const times = victims.filter((each) => each === victim).length;
    const fault = `SIGKILL of ${names[victim]} at work`;
    noteFault({ fault, times, acknowledged: acknowledged[victim], lost: 0, told: told[victim] || 'nothing' });
  }
  await desk.expectUndoRedo();
  await desk.close();
});

/** What the process is made to compute. */
const makers: Partial<Record<Victim, ProposeWith>> = {
  vision: { kind: 'method', method: 'superpixels', params: {}, categoryName: 'cell' },
  inference: { kind: 'model', model: 'nuclei-maskrcnn' },
};

/** A process that was killed starts again with the next thing it is asked. */
async function atWork(desk: Desk, victim: Victim): Promise<void> {
  if (victim === 'vision') await desk.app.ask('app.pixelRange', { imageId: desk.imageId });
  if (victim === 'inference') await desk.app.ask('inference.models', {});
}

const of = (victim: Victim, count: number): Victim[] => Array.from({ length: count }, () => victim);

/** The documents that undo and redo go through, and which of them is shown. */
interface History {
  readonly states: readonly (readonly Rule[])[];
  readonly at: number;
}

interface Gesture {
  make(desk: Desk): Promise<void>;
  readonly result: History;
}

/** Mostly a box of whole pixels, at times an undo or a redo; when there are many boxes, all are deleted. */
function nextGesture({ states, at }: History, random: () => number): Gesture {
  const kind = random();
  const below = (limit: number) => Math.floor(random() * limit);
  const [left, top, width, height] = [1 + below(44), 1 + below(30), 3 + below(16), 3 + below(12)];
  if (kind < 0.2 && at > 0) return { make: (desk) => desk.key('Control+z'), result: { states, at: at - 1 } };
  if (kind < 0.4 && at + 1 < states.length) {
    return { make: (desk) => desk.key('Control+Shift+z'), result: { states, at: at + 1 } };
  }
  const drawnBefore = states[at];
  if (drawnBefore.length === MOST_BOXES) {
    return {
      make: (desk) => desk.key('Control+a', 'Delete'),
      result: { states: [...states.slice(0, at + 1), []], at: at + 1 },
    };
  }
  return {
    async make(desk) {
      await desk.key('r');
      await desk.drag([
        [left, top],
        [left + width, top + height],
      ]);
    },
    result: { states: [...states.slice(0, at + 1), [...drawnBefore, rect(left, top, width, height)]], at: at + 1 },
  };
}

/** What is durable once the window says so and another process than the killed one answers. */
async function settled(
  desk: Desk,
  victim: Victim,
  killed: number,
): Promise<{ masks: string; undo: number; integrity: string | null }> {
  await expect(desk.page.getByRole('status').filter({ hasText: /^Saved$/ })).toBeVisible();
  let opened = await desk.opened().catch(() => null);
  await expect(async () => {
    opened = await desk.opened();
    expect(await pidOf(desk.app, victim)).not.toBe(killed);
  }).toPass();
  const { integrity } = await desk.app.ask('project.diagnostics', { integrity: true });
  const { snapshot, history } = opened!;
  return { masks: JSON.stringify(snapshot.annotations.map((each) => drawnMask(each))), undo: history.undo, integrity };
}

/** The page was loaded again and shows the project; Playwright cannot drive a page whose process died, so main is asked. */
async function expectWindowBack(desk: Desk): Promise<void> {
  const title = () =>
    desk.app.electron.evaluate(({ BrowserWindow }) => {
      const [window] = BrowserWindow.getAllWindows();
      const look = `document.querySelector('[role=application]') ? document.title : ''`;
      // A page that dies in between never answers.
      const silence = new Promise<string>((done) => setTimeout(() => done('no answer'), 1000));
      return Promise.race([window.webContents.executeJavaScript(look) as Promise<string>, silence]);
    });
  await expect.poll(title).toBe('images — Maskwright');
}

function later(ms: number, work: () => void): Promise<void> {
  return new Promise((done) =>
    setTimeout(() => {
      work();
      done();
    }, ms),
  );
}
