/** The settings file: what a user chose about the window, never anything of a project. Keys of other versions are kept. */
import { z } from 'zod';
import { readWith } from './errors/readWith';

/** `changed`: chords by command where the user's differ from the preset's. */
const keys = z.looseObject({
  preset: z.enum(['maskwright', 'labelme', 'cvat']).default('maskwright'),
  changed: z.record(z.string(), z.array(z.string())).default({}),
});

/** A section of a column: how high it was dragged, and whether only its heading is shown. */
const section = z.looseObject({
  /** CSS pixels; null: never dragged. */
  heightPx: z.number().min(0).max(10_000).nullable().default(null),
  collapsed: z.boolean().default(false),
});

const panels = z.looseObject({
  images: z.boolean().default(true),
  objects: z.boolean().default(true),
  /** CSS pixels. */
  imagesWidthPx: z.number().min(100).max(2000).default(240),
  objectsWidthPx: z.number().min(100).max(2000).default(320),
  /** Where the cards of the tools lie over the canvas: 0 left or top, 1 right or bottom. */
  card: z.object({ x: z.number().min(0).max(1), y: z.number().min(0).max(1) }).default({ x: 1, y: 0 }),
  /** Of the right column, by the section's name. */
  sections: z.record(z.string(), section).default({}),
});

const view = z.looseObject({
  fillAlpha: z.number().min(0).max(1).default(0.35),
  outlineOnly: z.boolean().default(false),
  colorBy: z.enum(['category', 'instance']).default('category'),
  minimap: z.boolean().default(false),
  crosshair: z.boolean().default(false),
  loupe: z.boolean().default(false),
  /** Category names beside the objects. */
  names: z.boolean().default(false),
  /** Of the label map: how much of the picture its colours cover, and whether regions are outlined. */
  labelAlpha: z.number().min(0).max(1).default(0.6),
  labelBoundaries: z.boolean().default(true),
  /** Of the annotation list. */
  annotationOrder: z.enum(['painted', 'largest', 'smallest', 'category']).default('painted'),
});

const drawing = z.looseObject({
  /** The right button erases with brush and lasso. */
  rightErases: z.boolean().default(false),
  /** After drawing, a field at the object asks for its category. */
  asksCategory: z.boolean().default(false),
});

const models = z.looseObject({
  /** What they run on; one that this version does not know is the processor, and stays in the file until another is chosen. */
  provider: z.string().default('cpu'),
});

const smartSelect = z.looseObject({
  /** Id of the model that answers clicks and boxes; where it is not there, the one that ships does. */
  model: z.string().default('smart-select'),
});

const recent = z.looseObject({
  /** Absolute path of the project file. */
  file: z.string(),
  name: z.string(),
  imagesFolder: z.string(),
  /** Opening it looks for new images, as opening the folder does. */
  ofFolder: z.boolean(),
  imageCount: z.number().int().min(0),
  openedAtMs: z.number(),
});

const settings = z.looseObject({
  theme: z.enum(['dark', 'light']).default('dark'),
  keys: keys.prefault({}),
  panels: panels.prefault({}),
  view: view.prefault({}),
  drawing: drawing.prefault({}),
  models: models.prefault({}),
  smartSelect: smartSelect.prefault({}),
  /** Latest first. */
  recent: z.array(recent).default([]),
  /** Folders outside a project's own that its links lead to and whose pictures the user allowed to be shown. */
  linkedFolders: z.array(z.string()).default([]),
  /** What datasets were written to, latest first: there the window may write again without asking. */
  exportTargets: z.array(z.string()).default([]),
});

export type Settings = z.infer<typeof settings>;
export type SectionSettings = z.infer<typeof section>;
export type RecentProject = z.infer<typeof recent>;
export type KeyPreset = Settings['keys']['preset'];

export const defaultSettings: Settings = settings.parse({});

/** The settings of a file's text, or the sentence that says what is wrong with it. */
export function parseSettings(text: string): { readonly settings: Settings } | { readonly fault: string } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { fault: `it is not JSON (${(error as Error).message})` };
  }
  const read = readWith(settings, json);
  if ('data' in read) return { settings: read.data };
  const { message, pointer } = read.fault;
  return { fault: pointer === '' ? message : `${message} (${pointer})` };
}

/** What changes: of a group only the keys that do, so that another window's change of another key stays. */
export type SettingsChanges = {
  [K in keyof Settings]?: Settings[K] extends readonly unknown[]
    ? Settings[K]
    : Settings[K] extends object
      ? Partial<Settings[K]>
      : Settings[K];
};

export function changeSettings(old: Settings, changes: SettingsChanges): Settings {
  const next: Record<string, unknown> = { ...old };
  for (const [key, value] of Object.entries(changes)) {
    const before = next[key];
    next[key] = isGroup(before) && isGroup(value) ? { ...before, ...value } : value;
  }
  return settings.parse(next);
}

/** What differs from what is known, as `changeSettings` takes it. */
export function settingsChanges(known: Settings, wanted: Partial<Settings>): SettingsChanges {
  const differing = (before: object, after: object) =>
    Object.entries(after).filter(([key, value]) => !isSame((before as Record<string, unknown>)[key], value));
  return Object.fromEntries(
    differing(known, wanted).map(([key, value]) => {
      const before = known[key];
      return [key, isGroup(before) && isGroup(value) ? Object.fromEntries(differing(before, value)) : value];
    }),
  );
}

const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

function isGroup(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function serializeSettings(value: Settings): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

const maxRecent = 12;

/** The list with a project at its front, once. */
export function addRecent(list: readonly RecentProject[], project: RecentProject): RecentProject[] {
  return [project, ...list.filter(({ file }) => file !== project.file)].slice(0, maxRecent);
}
