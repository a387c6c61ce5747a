/** The command line without a process: usage errors, help, exit codes, the format of the numbers. */
import { describe, expect, test } from 'vitest';
import { formatEvaluation } from '../../../src-main/cli/lib/formatEvaluation';
import { formatDuration } from '../../../src-main/cli/lib/progress';
import { runProgram } from '../../../src-main/cli/program';
import { Session } from '../../../src-main/cli/lib/session';

async function run(...args: string[]) {
  let stdout = '';
  let stderr = '';
  const session = new Session({
    out: (text) => void (stdout += text),
    err: (text) => void (stderr += text),
    isTerminal: false,
  });
  const code = await runProgram(args, session);
  return { code, stdout, stderr };
}

describe('usage', () => {
  test.each([
    [[], 'Usage: maskwright'],
    [['nonsense'], "maskwright: unknown command 'nonsense'"],
    [['propose'], 'Give the images either by --images or by --project'],
    [['propose', '--images', 'x', '--out', 'y'], 'Say how: --model ID or FOLDER, or --method NAME'],
    [['propose', '--images', 'x', '--out', 'y', '--model', 'smart-select'], 'smart-select needs --boxes'],
    [['propose', '--images', 'x', '--out', 'y', '--model', 'smart-select', '--points', '1,2,3'], 'Expected x,y,1'],
    [
      ['propose', '--images', 'x', '--out', 'y', '--model', 'main-object', '--box', '1,2,3,4'],
      '--box is not for main-object',
    ],
    [
      ['propose', '--images', 'x', '--out', 'y', '--method', 'kmeans', '--boxes', '1,2,3,4'],
      '--boxes is for models that answer prompts, not for kmeans',
    ],
    [['propose', '--method', 'threshold', '--out', 'y'], 'Give the images either by --images or by --project'],
    [['propose', '--method', 'threshold', '--images', 'x'], "required option '--out <file>' not specified"],
    [['propose', '--method', 'threshold', '--images', 'x', '--out', 'y', '--shard', '9/8'], 'i from 1 to n'],
    [['propose', '--method', 'threshold', '--project', 'p', '--overlays', 'o'], '--overlays is not for --project'],
    [['merge', 'a'], "required option '--out <file>' not specified"],
    [['propose', '--images', 'x', '--out', 'y', '--method', 'magic'], "argument 'magic' is invalid"],
    [['propose', '--images', 'x', '--out', 'y', '--method', 'grabcut'], 'maskwright: grabcut needs --box'],
    [['propose', '--images', 'x', '--out', 'y', '--method', 'grabcut', '--box', '1,2,3'], 'Expected x,y,w,h'],
    [['propose', '--images', 'x', '--out', 'y', '--method', 'kmeans', '--model', 'm'], 'not both'],
    [
      ['propose', '--images', 'x', '--out', 'y', '--method', 'maskrcnn', '--param', 'k=3'],
      '--param is for classical methods',
    ],
    [
      ['propose', '--images', 'x', '--out', 'y', '--method', 'watershed', '--param', 'ration=0.4'],
      "watershed has no parameter 'ration'; it has channel, ",
    ],
    [['propose', '--images', 'x', '--out', 'y', '--method', 'maskrcnn', '--score', '2'], 'from 0 to 1'],
    [['evaluate', '--gt', 'a', '--dt', 'b', '--max-dets', '100'], 'Expected three ascending whole numbers'],
    [['evaluate', '--gt', 'a', '--dt', 'b', '--iou-type', 'keypoints'], 'Allowed choices are segm, bbox'],
    [
      ['evaluate', '--gt', 'a', '--dt', 'b', '--task', 'panoptic', '--ignore', '255'],
      '--ignore is for --task semantic',
    ],
    [['evaluate', '--gt', 'a', '--dt', 'b', '--task', 'panoptic', '--unlabelled', 'background'], 'not for panoptic'],
    [['evaluate', '--gt', 'a', '--dt', 'b', '--ignore', '255'], 'not for detection'],
    [['export', 'p', '--out', 'o', '--rle', '--polygons'], 'cannot be used with option'],
  ])('%j is exit 2', async (args, sentence) => {
    const { code, stdout, stderr } = await run(...args);
    expect(stderr).toContain(sentence);
    expect(code).toBe(2);
    expect(stdout).toBe('');
  });

  test.each(['propose', 'evaluate', 'render', 'import', 'export', 'info', 'measure', 'merge'])(
    '%s --help has an example',
    async (name) => {
      const { code, stdout } = await run(name, '--help');
      expect(code).toBe(0);
      expect(stdout).toContain(`maskwright ${name} `);
      expect(stdout).toMatch(/Examples?:/);
    },
  );

  test('--version', async () => {
    expect(await run('--version')).toEqual({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), stderr: '' });
  });

  test('a file that is not there is exit 3 with a sentence', async () => {
    const { code, stderr } = await run('info', '/nowhere/x.json');
    expect([code, stderr]).toEqual([3, 'maskwright: /nowhere/x.json does not exist: check the path\n']);
  });
});

test("numbers are printed in pycocotools' form", () => {
  const stats = [0.4505, 0.8089, 0.48, -1, 0.5, 1, 0.1, 0.2, 0.3, 0, 0, 0];
  const lines = formatEvaluation({ stats, maxDets: [1, 100, 400] }).split('\n');
  expect(lines[0]).toBe(' Average Precision  (AP) @[ IoU=0.50:0.95 | area=   all | maxDets=400 ] = 0.451');
  expect(lines[1]).toBe(' Average Precision  (AP) @[ IoU=0.50      | area=   all | maxDets=400 ] = 0.809');
  expect(lines[3]).toBe(' Average Precision  (AP) @[ IoU=0.50:0.95 | area= small | maxDets=400 ] = -1.000');
  expect(lines[6]).toBe(' Average Recall     (AR) @[ IoU=0.50:0.95 | area=   all | maxDets=  1 ] = 0.100');
  expect(lines).toHaveLength(13);
});

test('durations read well', () => {
  expect([100, 45_000, 200_000, 7_500_000].map(formatDuration)).toEqual(['1 s', '45 s', '3 min', '2 h 5 min']);
});
