/** What models run on is asked for once their process is there, and only where it may not work. */
// @vitest-environment ./test/support/signals.ts
import { expect, it } from 'vitest';
import { defaultSettings } from '@shared/settings';
import type { Engine } from '../../../../src-renderer/api/engine';
import { ModelRuntime } from '../../../../src-renderer/session/modelRuntime.svelte';
import { Notices } from '../../../../src-renderer/session/notices.svelte';

function runtimeWith(why: string | null) {
  const asked: string[] = [];
  const call = (method: string) => {
    asked.push(method);
    return Promise.resolve({ wanted: 'cuda', used: 'cpu', known: ['cpu', 'cuda'], why });
  };
  const notices = new Notices();
  return { asked, notices, runtime: new ModelRuntime({ call } as unknown as Engine, notices) };
}

it('reading the settings asks nothing; who chose the graphics card is told afterwards where it does not work', async () => {
  const { asked, notices, runtime } = runtimeWith('The graphics card cannot be used');
  runtime.read({ ...defaultSettings, models: { ...defaultSettings.models, provider: 'cuda' } });
  await Promise.resolve();
  expect(asked).toEqual([]);
  await runtime.tell();
  expect([asked, notices.list.map(({ text }) => text)]).toEqual([
    ['inference.runtime'],
    ['The graphics card cannot be used'],
  ]);
});

it('who stayed with the processor is told nothing, and nothing is asked', async () => {
  const { asked, notices, runtime } = runtimeWith('The graphics card cannot be used');
  runtime.read(defaultSettings);
  await runtime.tell();
  expect([asked, notices.list]).toEqual([[], []]);
});
