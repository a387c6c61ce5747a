// `npm run faults`: kills, full disks and lost files at random points, for long; `npm test` takes a few of them.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ensureWindow } from './lib/bootstrap.mjs';
import { withDisplay } from './lib/display.mjs';
import { run } from './lib/exec.mjs';
import { fromRoot, repoRoot } from './lib/paths.mjs';
import { StepError, runMain, say } from './lib/report.mjs';

const USAGE = 'npm run faults -- [number of kills] [first seed]';

/** Between two marks in docs/reliability.md. */
function writeTable(rows) {
  const file = fromRoot('docs', 'reliability.md');
  const [from, to] = ['<!-- faults -->', '<!-- /faults -->'];
  const text = fs.readFileSync(file, 'utf8');
  const head = [
    '| Fault | Times | Gestures acknowledged | Lost | What is said |',
    '| --- | ---: | ---: | ---: | --- |',
  ];
  const lines = rows.map(
    ({ fault, times, acknowledged, lost, told }) =>
      `| ${fault} | ${times} | ${acknowledged} | ${lost ?? '–'} | ${told.replace(/ \(\/.*?\)/, '')} |`,
  );
  const at = text.indexOf(from) + from.length;
  fs.writeFileSync(
    file,
    `${text.slice(0, at)}\n\n${[...head, ...lines].join('\n')}\n\n${text.slice(text.indexOf(to))}`,
  );
}

await runMain(async () => {
  const [count = '300', seed = '1', ...rest] = process.argv.slice(2);
  if (rest.length > 0 || ![count, seed].every((value) => /^[1-9]\d*$/.test(value))) throw new StepError(USAGE, 2);
  const electron = await ensureWindow();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'maskwright-faults-'));
  try {
    const table = path.join(folder, 'table.jsonl');
    const env = {
      ...process.env,
      MASKWRIGHT_FAULTS: count,
      MASKWRIGHT_FAULTS_SEED: seed,
      MASKWRIGHT_FAULTS_TABLE: table,
    };
    const vitest = fromRoot('node_modules', 'vitest', 'vitest.mjs');
    const alone = ['run', '--project', 'integration', '--testTimeout=3600000', 'test/integration/faults'];
    const code = await run(process.execPath, [vitest, ...alone], { cwd: repoRoot, env });
    const playwright = fromRoot('node_modules', '@playwright', 'test', 'cli.js');
    const inApp = ['test', '--reporter=list', 'test/e2e/crash.test.ts', '--grep', 'kills at random moments'];
    const appCode = await withDisplay((display) =>
      run(process.execPath, [playwright, ...inApp], {
        cwd: repoRoot,
        env: { ...env, ...display, MASKWRIGHT_ELECTRON: electron.executable },
      }),
    );
    const rows = fs.existsSync(table) ? fs.readFileSync(table, 'utf8').trim().split('\n') : [];
    writeTable(rows.map((line) => JSON.parse(line)));
    say(`docs/reliability.md: ${rows.length} lines`);
    return code || appCode;
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
});
