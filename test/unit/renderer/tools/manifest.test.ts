import { expect, test } from 'vitest';
import { toolRegistry } from '../../../../src-renderer/tools';
import { toolGroups } from '../../../../src-renderer/tools/manifest';
import { polygonAnnotation, rectRing, ToolScript } from './script';

test('an icon means one tool, and every tool has one', () => {
  const icons = toolRegistry.map(({ icon }) => icon);
  expect(new Set(icons).size).toBe(icons.length);
});

test('tools of a group stand together, in the order of the groups', () => {
  const groups = toolRegistry.map(({ group }) => group);
  expect([...new Set(groups)]).toEqual(Object.keys(toolGroups));
  expect(groups.filter((group, at) => group !== groups[at - 1])).toEqual(Object.keys(toolGroups));
});

test.each(toolRegistry.map(({ label, line }) => [label, line]))('%s says what it does in a line or two', (_, line) => {
  expect(line).toMatch(/^[A-Z].*\.$/);
  expect(line.length).toBeLessThanOrEqual(120);
});

test.each(toolRegistry)('what $label shows under the pointer goes with the pointer', (tool) => {
  const s = new ToolScript(tool, [polygonAnnotation(1, [{ outer: rectRing(8, 8, 20, 20), holes: [] }])], [1]);
  const shown = () => tool.preview(s.state, s.context);
  const before = shown();
  // On a corner of the selected annotation, on its edge, inside it and beside it.
  for (const place of [
    [8, 8],
    [18, 8],
    [14, 14],
    [40, 40],
  ] as const) {
    s.move([place]).send({ type: 'leave' });
    expect(shown()).toEqual(before);
    expect(s.state.kind).toBe('idle');
  }
});
