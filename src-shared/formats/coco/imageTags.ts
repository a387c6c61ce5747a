/** The tags of an image in its COCO record: a list of words under `tags`, or `maskwright_tags` where that means something else. */
import { replaceMembers } from '../json/jsonText';

const keys = ['maskwright_tags', 'tags'] as const;

/** Trimmed, without empty ones, each once. */
export function normalTags(tags: readonly string[]): readonly string[] {
  return [...new Set(tags.map((tag) => tag.trim()).filter((tag) => tag !== ''))];
}

/** The tags of a record's text; empty where it has none. */
export function readImageTags(text: string): readonly string[] {
  const found = tagMember(text);
  return found ? normalTags(found.tags) : [];
}

/** The record's text with these tags; the very text where it says so already. */
export function withImageTags(text: string, tags: readonly string[]): string {
  const found = tagMember(text);
  const before = found ? normalTags(found.tags) : [];
  if (before.length === tags.length && before.every((tag, at) => tag === tags[at])) return text;
  const key = found?.key ?? (hasTags(text) ? 'maskwright_tags' : 'tags');
  return replaceMembers(text, new Map([[key, tags.length > 0 ? JSON.stringify(tags) : null]]));
}

function tagMember(text: string): { readonly key: string; readonly tags: readonly string[] } | null {
  // Most records have none: they are not parsed for it.
  if (!text.includes('tags"')) return null;
  const record = JSON.parse(text) as Readonly<Record<string, unknown>>;
  for (const key of keys) {
    const tags = record[key];
    if (Array.isArray(tags) && tags.every((tag) => typeof tag === 'string')) return { key, tags };
  }
  return null;
}

/** Whether the record says something of its own under the key. */
function hasTags(text: string): boolean {
  return text.includes('"tags"') && 'tags' in (JSON.parse(text) as object);
}
