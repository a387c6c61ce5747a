import { expect, test } from 'vitest';
import { toolRegistry } from '../../../../src-renderer/tools';
import { toolGroups } from '../../../../src-renderer/tools/manifest';

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
