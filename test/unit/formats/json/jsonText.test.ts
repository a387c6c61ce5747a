import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findJsonError, jsonMembers, rawMember, replaceMembers } from '@shared/formats/coco';

const replace = (text: string, changes: Record<string, string | null>) =>
  replaceMembers(text, new Map(Object.entries(changes)));

describe('members of an object in its source text', () => {
  it('finds keys, values and duplicates in order, escapes resolved', () => {
    const text = '{ "a" : 1.0, "b\\u0061":"x,}\\"", "c":[{"d":[1]},2] ,"a":{} }';
    expect(jsonMembers(text).map(({ key, valueStart, valueEnd }) => [key, text.slice(valueStart, valueEnd)])).toEqual([
      ['a', '1.0'],
      ['ba', '"x,}\\""'],
      ['c', '[{"d":[1]},2]'],
      ['a', '{}'],
    ]);
    expect(rawMember(text, 'a')).toBe('{}');
    expect(rawMember(text, 'nothing')).toBeNull();
    expect(jsonMembers('{}')).toEqual([]);
  });

  it('replaces values and leaves every other character', () => {
    const text = '{"2":1.0, "1":12345678901234567890, "area": 1e2,"u":"\\u00e9"}';
    expect(replace(text, { area: '7' })).toBe('{"2":1.0, "1":12345678901234567890, "area": 7,"u":"\\u00e9"}');
    expect(replace(text, {})).toBe(text);
  });

  it('appends in the style of the record', () => {
    expect(replace('{"a": 1, "b": 2}', { c: '3' })).toBe('{"a": 1, "b": 2, "c": 3}');
    expect(replace('{"a":1,"b":2}', { c: '3' })).toBe('{"a":1,"b":2,"c":3}');
    expect(replace('{\n  "a": 1,\n  "b": 2\n}', { c: '3' })).toBe('{\n  "a": 1,\n  "b": 2,\n  "c": 3\n}');
    expect(replace('{}', { c: '3', d: '4' })).toBe('{"c":3,"d":4}');
  });

  it('removes members wherever they stand', () => {
    expect(replace('{"a": 1, "b": 2, "c": 3}', { a: null })).toBe('{ "b": 2, "c": 3}');
    expect(replace('{"a": 1, "b": 2, "c": 3}', { b: null })).toBe('{"a": 1, "c": 3}');
    expect(replace('{"a": 1, "b": 2, "c": 3}', { c: null })).toBe('{"a": 1, "b": 2}');
    expect(replace('{"a": 1}', { a: null, x: null })).toBe('{}');
    expect(replace('{"a": 1, "a": 2}', { a: '3' })).toBe('{"a": 1, "a": 3}');
  });

  it('gives for any object and any changes what the changed object is', () => {
    const keys = fc.constantFrom('id', 'a', '1', '10', '__proto__', 'é"\\', 'score');
    const object = fc.array(fc.tuple(keys, fc.jsonValue()), { maxLength: 6 }).map((list) => new Map(list));
    const changes = fc.array(fc.tuple(keys, fc.option(fc.jsonValue())), { maxLength: 4 }).map((list) => new Map(list));
    fc.assert(
      fc.property(object, changes, fc.constantFrom(0, 2), (before, wanted, indent) => {
        const text = JSON.stringify(Object.fromEntries(before), null, indent);
        const raw = new Map([...wanted].map(([key, value]) => [key, value === null ? null : JSON.stringify(value)]));
        const expected = new Map(before);
        for (const [key, value] of wanted) {
          if (value === null) expected.delete(key);
          else expected.set(key, value);
        }
        const result = JSON.parse(replaceMembers(text, raw)) as object;
        const plain = (map: Map<string, unknown>) => JSON.parse(JSON.stringify([...map])) as [string, unknown][];
        expect(new Map(Object.entries(result))).toEqual(new Map(plain(expected)));
      }),
    );
  });
});

describe('where a text stops being JSON', () => {
  it.each([
    ['{"a":1,}', 7],
    ['{"a" 1}', 5],
    ['[1 2]', 3],
    ['{"a":NaN}', 5],
    ['[01]', 2],
    ['"a\nb"', 0],
    ['[1', 2],
    ['{"a":tru}', 5],
    ['[1]]', 3],
    ["{'a':1}", 1],
  ])('%s', (text, index) => {
    expect(() => JSON.parse(text)).toThrow();
    expect(findJsonError(text)?.index).toBe(index);
  });

  it('agrees with JSON.parse on damaged texts', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), fc.constantFrom('', ',', '}', '"', '\\', '1', ' '), (text, at, insert) => {
        const i = at % (text.length + 1);
        const damaged = text.slice(0, i) + insert + text.slice(i + 1);
        let valid = true;
        try {
          JSON.parse(damaged);
        } catch {
          valid = false;
        }
        expect(findJsonError(damaged) === null).toBe(valid);
      }),
      { numRuns: 1000 },
    );
  });

  it('finds no members in what is no object, and makes one of the replacements', () => {
    for (const text of ['[1, 2]', '"a"', '5', 'null', ' [ {"a": 1} ] ']) {
      expect(jsonMembers(text)).toEqual([]);
      expect(rawMember(text, 'a')).toBeNull();
      expect(replaceMembers(text, new Map([['b', '2']]))).toBe('{"b":2}');
    }
  });
});
