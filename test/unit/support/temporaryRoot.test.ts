import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import openTemporaryRoot from '../../support/temporaryRoot';

const own = tmpdir();
let parent: string;
let before: string | undefined;

beforeEach(() => {
  parent = mkdtempSync(join(own, 'parent-'));
  before = process.env.TMPDIR;
  process.env.TMPDIR = process.env.TEMP = process.env.TMP = parent;
});
afterEach(() => {
  process.env.TMPDIR = process.env.TEMP = process.env.TMP = before;
  rmSync(parent, { recursive: true });
});

describe('temporary folder of a test run', () => {
  it('is where this run puts its files', () => {
    expect(basename(own)).toMatch(/^maskwright-tests-\d+-/);
  });

  it('takes what the run and its programs write, and goes with all of it', () => {
    const close = openTemporaryRoot();
    const written = mkdtempSync(join(tmpdir(), 'by-a-test-'));
    writeFileSync(join(written, 'file'), '');
    const print = 'process.stdout.write(require("node:os").tmpdir())';
    const ofChild = spawnSync(process.execPath, ['-e', print], { encoding: 'utf8' }).stdout;
    expect(ofChild).toBe(tmpdir());
    expect(readdirSync(parent)).toEqual([basename(tmpdir())]);

    close();
    expect(readdirSync(parent)).toEqual([]);
    expect(tmpdir()).toBe(parent);
  });

  it('goes at the next run where a run was killed, and only then', () => {
    const ended = spawnSync(process.execPath, ['-e', '']).pid;
    const [ofEnded, ofRunning, ofAnother] = [
      `maskwright-tests-${ended}-a`,
      `maskwright-tests-${process.ppid}-b`,
      'work',
    ];
    for (const name of [ofEnded, ofRunning, ofAnother]) mkdirSync(join(parent, name));
    const close = openTemporaryRoot();
    expect(existsSync(join(parent, ofEnded))).toBe(false);
    close();
    expect(readdirSync(parent).sort()).toEqual([ofRunning, ofAnother].sort());
  });
});
