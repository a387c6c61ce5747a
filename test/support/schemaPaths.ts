/** What a zod schema of an object asks for, as paths (`outputs.masks.paste`), with the values and defaults it has. */
import type { z } from 'zod';

export interface SchemaPath {
  readonly path: string;
  /** `text`, `number`, `one of a, b`, `list` ... */
  readonly type: string;
  /** JSON of the default; null where there is none. */
  readonly fallback: string | null;
  readonly isOptional: boolean;
}

/** Leaves only; members of lists are written `levels[].stride`, of unions without a mark, of maps `features.NAME`. */
export function schemaPaths(schema: z.ZodType, path = ''): SchemaPath[] {
  const paths = new Map<string, SchemaPath>();
  collect(schema, path, { fallback: null, isOptional: false }, paths);
  return [...paths.values()];
}

type About = Pick<SchemaPath, 'fallback' | 'isOptional'>;

interface Def {
  readonly type: string;
  readonly innerType?: z.ZodType;
  readonly defaultValue?: unknown;
  readonly element?: z.ZodType;
  readonly options?: readonly z.ZodType[];
  readonly entries?: Readonly<Record<string, string>>;
  readonly values?: readonly unknown[];
  readonly valueType?: z.ZodType;
  readonly items?: readonly z.ZodType[];
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly in?: z.ZodType;
}

function collect(schema: z.ZodType, path: string, about: About, out: Map<string, SchemaPath>): void {
  const def = schema.def as unknown as Def;
  const leaf = (type: string) => {
    // Members of a union that differ in one value, as the modes of a resizing do.
    const known = out.get(path)?.type;
    const both = known?.startsWith('one of ') ? `${known}, ${type.replace('one of ', '')}` : type;
    if (path !== '') out.set(path, { path, type: both, ...about });
  };
  switch (def.type) {
    case 'optional':
      return collect(def.innerType!, path, { ...about, isOptional: true }, out);
    case 'default':
    case 'prefault':
      return collect(
        def.innerType!,
        path,
        { isOptional: true, fallback: JSON.stringify(def.defaultValue) ?? null },
        out,
      );
    case 'object':
      for (const [key, inner] of Object.entries(def.shape ?? {})) {
        collect(inner, path === '' ? key : `${path}.${key}`, { fallback: null, isOptional: false }, out);
      }
      return;
    case 'array':
      if (isObject(def.element!)) return collect(def.element!, `${path}[]`, about, out);
      return leaf('list');
    case 'record':
      return collect(def.valueType!, `${path}.NAME`, about, out);
    case 'union':
      if (def.options!.some(isObject)) {
        for (const option of def.options!) collect(option, path, about, out);
        return;
      }
      return leaf(`one of ${def.options!.flatMap((option) => (option.def as unknown as Def).values ?? []).join(', ')}`);
    case 'enum':
      return leaf(`one of ${Object.values(def.entries ?? {}).join(', ')}`);
    case 'literal':
      return leaf(`one of ${(def.values ?? []).join(', ')}`);
    case 'tuple':
      return leaf(`${def.items!.length} numbers`);
    case 'pipe':
      return collect(def.in!, path, about, out);
    default:
      return leaf(def.type === 'string' ? 'text' : def.type);
  }
}

function isObject(schema: z.ZodType): boolean {
  const { type, innerType } = schema.def as unknown as Def;
  return type === 'object' || (innerType !== undefined && isObject(innerType));
}
