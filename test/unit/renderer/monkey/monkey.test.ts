/** Whatever keys and clicks come between the steps of a drawing tool: the document is as without them, or told and undone. */
// @vitest-environment ./test/support/signals.ts
import { beforeAll, afterAll, describe, expect, it, vi } from 'vitest';
import { toolRegistry } from '../../../../src-renderer/tools';
import { PLAYS, session } from './monkey';

/** Of the test's own process: these files are the window's, which has none. */
const { env } = (globalThis as unknown as { process: { env: Record<string, string | undefined> } }).process;
const ACTIONS = Number(env.MASKWRIGHT_MONKEY_ACTIONS ?? 2000);
const SEED = Number(env.MASKWRIGHT_MONKEY_SEED ?? 1);

describe('a monkey between the steps of a tool', () => {
  beforeAll(() => void vi.stubGlobal('document', { body: null }));
  afterAll(() => void vi.unstubAllGlobals());

  it('has every drawing tool to play with', () => {
    const ids = toolRegistry.slice(1).map(({ id }) => id);
    expect([...new Set(PLAYS.map(({ tool }) => tool))].sort()).toEqual(ids.sort());
  });

  it(
    `changes nothing silently in ${ACTIONS.toLocaleString('en')} actions`,
    async () => {
      let actions = 0;
      const told = new Set<string>();
      for (let seed = SEED; actions < ACTIONS; seed++) {
        for (const play of PLAYS) {
          const done = await session(play, seed);
          actions += done.actions;
          for (const what of done.told) told.add(what);
        }
      }
      // It did come to changes: a monkey that never selects anything proves little.
      expect(told.size).toBeGreaterThan(3);
      console.log(`${actions} actions; told and taken back: ${[...told].sort().join(', ')}`);
    },
    // A soak of a hundred thousand takes minutes.
    Math.max(120_000, ACTIONS * 30),
  );
});
