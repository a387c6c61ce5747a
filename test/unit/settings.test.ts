import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { openSettings } from '../../src-main/app/settings';
import { addRecent, defaultSettings, parseSettings, settingsChanges, type RecentProject } from '@shared/settings';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'maskwright settings é '));
  file = join(folder, 'settings.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const readJson = (path: string) => JSON.parse(readFileSync(path, 'utf8'));

describe('the settings file', () => {
  it('starts with the defaults and is written at the first change', async () => {
    const settings = openSettings(file);
    expect(settings.current).toEqual(defaultSettings);
    expect(settings.takeNotice()).toBeNull();
    expect(readdirSync(folder)).toEqual([]);
    await settings.write({ theme: 'light' });
    expect(openSettings(file).current.theme).toBe('light');
    expect(readdirSync(folder)).toEqual(['settings.json']);
  });

  it('keeps keys it does not know, at every level', async () => {
    writeFileSync(file, JSON.stringify({ future: { a: 1 }, panels: { dock: 'left', imagesWidthPx: 300 } }));
    const settings = openSettings(file);
    await settings.write({ theme: 'light', panels: { ...settings.current.panels, imagesWidthPx: 310 } });
    expect(readJson(file)).toMatchObject({
      future: { a: 1 },
      theme: 'light',
      panels: { dock: 'left', imagesWidthPx: 310, objects: true },
    });
  });

  it.each([
    ['{"theme": ', 'it is not JSON'],
    ['{"theme": "pink"}', '“theme” must be “dark” or “light”, not “pink” (/theme)'],
    ['{"panels": {"imagesWidthPx": "wide"}}', '“imagesWidthPx” must be a number, not “wide” (/panels/imagesWidthPx)'],
    ['[]', 'it must be an object in braces, not a list'],
  ])('sets a broken one aside with a message: %s', async (text, fault) => {
    writeFileSync(file, text);
    const settings = openSettings(file, () => new Date('2026-03-04T05:06:07Z'));
    const aside = join(folder, 'settings.broken-2026-03-04-05-06-07.json');
    const notice = settings.takeNotice();
    expect(notice).toContain(fault);
    expect(notice).toContain(aside);
    expect(settings.takeNotice()).toBeNull();
    expect(settings.current).toEqual(defaultSettings);
    expect(readFileSync(aside, 'utf8')).toBe(text);
    await settings.write({ theme: 'light' });
    expect(readJson(file).theme).toBe('light');
    writeFileSync(file, text);
    openSettings(file, () => new Date('2026-03-04T05:06:07Z'));
    expect(readdirSync(folder).sort()).toEqual([
      'settings.broken-2026-03-04-05-06-07-2.json',
      'settings.broken-2026-03-04-05-06-07.json',
    ]);
  });

  it('one that cannot be read for a moment is never replaced, and what was changed meanwhile goes along later', async () => {
    // As EACCES or EMFILE would, for whoever runs this: a link that leads to itself.
    symlinkSync(file, file);
    const settings = openSettings(file);
    expect(settings.current).toEqual(defaultSettings);
    expect(settings.takeNotice()).toContain('cannot be read');
    await expect(settings.write({ theme: 'light' })).rejects.toThrow('this change is not kept yet');
    expect(lstatSync(file).isSymbolicLink()).toBe(true);
    expect(settings.current.theme).toBe('light');
    rmSync(file);
    writeFileSync(file, JSON.stringify({ future: 1, keys: { preset: 'cvat' } }));
    expect(settings.current).toMatchObject({ theme: 'light', keys: { preset: 'cvat' }, future: 1 });
    expect(settings.takeNotice()).toBeNull();
    await settings.write({ drawing: { rightErases: true } });
    expect(readJson(file)).toMatchObject({ future: 1, theme: 'light', keys: { preset: 'cvat' } });
    expect(readJson(file)).toMatchObject({ drawing: { rightErases: true } });
  });

  it('one that another program breaks meanwhile is set aside, and what was read of it before stays', async () => {
    writeFileSync(file, JSON.stringify({ future: 1, keys: { preset: 'cvat' } }));
    const settings = openSettings(file);
    writeFileSync(file, '{"theme": "li');
    await settings.write({ theme: 'light' });
    expect(readJson(file)).toMatchObject({ future: 1, theme: 'light', keys: { preset: 'cvat' } });
    expect(settings.takeNotice()).toContain('those of before are in use');
    const [aside] = readdirSync(folder).filter((name) => name.startsWith('settings.broken-'));
    expect(readFileSync(join(folder, aside), 'utf8')).toBe('{"theme": "li');
  });

  it('takes changes of two windows together, and changes at once in order', async () => {
    const [one, two] = [openSettings(file), openSettings(file)];
    await one.write({ theme: 'light' });
    await two.write({ keys: { preset: 'cvat', changed: {} } });
    const busy = [one.write({ theme: 'dark' }), one.write({ theme: 'light' })];
    expect(one.busy()).not.toBeNull();
    await Promise.all(busy);
    await one.busy();
    expect(one.busy()).toBeNull();
    expect(readJson(file)).toMatchObject({ theme: 'light', keys: { preset: 'cvat' } });
  });

  it('keeps what two windows change in one group', async () => {
    const [one, two] = [openSettings(file), openSettings(file)];
    const { view } = one.current;
    // Each knows the group as it was before the other changed it.
    await one.write(settingsChanges(one.current, { view: { ...view, loupe: true } }));
    await two.write(settingsChanges(defaultSettings, { view: { ...view, minimap: true }, theme: 'dark' }));
    await one.write(settingsChanges(one.current, { keys: { preset: 'cvat', changed: { 'view.fit': ['0'] } } }));
    await two.write({ keys: { changed: {} } });
    expect(readJson(file)).toMatchObject({
      ...{ theme: 'dark', view: { loupe: true, minimap: true }, keys: { preset: 'cvat', changed: {} } },
    });
  });

  it('loses no change of several windows at once', async () => {
    // Each is all that a process has of it.
    const windows = Array.from({ length: 4 }, () => openSettings(file));
    const changes = Array.from({ length: 5 }, (_, at) => at);
    const writes = windows.flatMap((window, number) =>
      changes.map((at) =>
        window.update(({ [`of${number}`]: before = [] }) => ({ [`of${number}`]: [...(before as number[]), at] })),
      ),
    );
    await Promise.all(writes);
    const written = readJson(file);
    for (const number of windows.keys()) expect(written[`of${number}`]).toEqual(changes);
    expect(readdirSync(folder)).toEqual(['settings.json']);
  });

  it('a lock that a killed process left is not waited for', async () => {
    writeFileSync(`${file}.lock`, '');
    utimesSync(`${file}.lock`, new Date(0), new Date(0));
    await openSettings(file).write({ theme: 'light' });
    expect(readJson(file).theme).toBe('light');
    expect(readdirSync(folder)).toEqual(['settings.json']);
  });

  it('a lock from a clock that was set back since is waited for once, not at every change', async () => {
    writeFileSync(`${file}.lock`, '');
    const start = Date.now();
    utimesSync(`${file}.lock`, new Date(start + 3_600_000), new Date(start + 3_600_000));
    const ms = performance.now();
    const clock = vi.spyOn(Date, 'now').mockImplementation(() => start + 500 * (performance.now() - ms));
    onTestFinished(() => clock.mockRestore());
    await openSettings(file).write({ theme: 'light' });
    expect(readJson(file).theme).toBe('light');
    expect(readdirSync(folder)).toEqual(['settings.json']);
  });

  it('a lock that cannot be taken away is not waited for', async () => {
    mkdirSync(`${file}.lock`);
    utimesSync(`${file}.lock`, new Date(0), new Date(0));
    // However long it takes, no time goes by.
    const now = Date.now();
    const clock = vi.spyOn(Date, 'now').mockReturnValue(now);
    onTestFinished(() => clock.mockRestore());
    await openSettings(file).write({ theme: 'light' });
    expect(readJson(file).theme).toBe('light');
  });

  it('refuses what it could not read again', async () => {
    const settings = openSettings(file);
    await expect(settings.write({ theme: 'pink' as 'dark' })).rejects.toMatchObject({ code: 'usage' });
    expect(readdirSync(folder)).toEqual([]);
    await settings.write({ theme: 'light' });
    expect(parseSettings(readFileSync(file, 'utf8'))).toEqual({ settings: settings.current });
  });
});

it('recent projects: latest first, each once, a dozen', () => {
  const project = (name: string): RecentProject => ({
    file: `/${name}.maskwright`,
    name,
    imagesFolder: '/',
    ofFolder: true,
    imageCount: 1,
    openedAtMs: 0,
  });
  let list: RecentProject[] = [];
  for (let i = 0; i < 20; i++) list = addRecent(list, project(String(i)));
  list = addRecent(list, project('15'));
  expect(list.map(({ name }) => name)).toEqual(['15', '19', '18', '17', '16', '14', '13', '12', '11', '10', '9', '8']);
});
