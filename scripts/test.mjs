// `npm test`: sets up what is missing, runs unit, integration and end-to-end tests, ends with "N passed, N failed".
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ensureBuilt, ensureWindow } from './lib/bootstrap.mjs';
import { withDisplay } from './lib/display.mjs';
import { run } from './lib/exec.mjs';
import { fromRoot, repoRoot } from './lib/paths.mjs';
import { StepError, runMain, say } from './lib/report.mjs';
import { playwrightCounts, sumCounts, summaryLine, vitestCounts } from './lib/testCounts.mjs';

const USAGE = 'npm test -- [--unit] [--integration] [--e2e] [--no-e2e] [file or name part]...';

/** Most of a test of the window is waiting. */
const windowsAtOnce = Math.min(2, os.availableParallelism());

/** Kinds named by flags, or all; a filter with "e2e" in it is for Playwright, any other for Vitest. */
function plan(args) {
  const flags = args.filter((argument) => argument.startsWith('-'));
  const filters = args.filter((argument) => !argument.startsWith('-'));
  const known = ['--unit', '--integration', '--e2e', '--no-e2e'];
  const unknown = flags.find((flag) => !known.includes(flag));
  if (unknown) throw new StepError(`There is no option ${unknown}: ${USAGE}`, 2);
  const e2eFilters = filters.filter((filter) => filter.includes('e2e'));
  const vitestFilters = filters.filter((filter) => !filter.includes('e2e'));
  const namesKind = ['--unit', '--integration', '--e2e'].some((flag) => flags.includes(flag));
  const projects = ['unit', 'integration'].filter((kind) => !namesKind || flags.includes(`--${kind}`));
  const wantsE2e = (!namesKind || flags.includes('--e2e')) && !flags.includes('--no-e2e');
  const isOnlyE2e = e2eFilters.length > 0 && vitestFilters.length === 0;
  const isOnlyVitest = vitestFilters.length > 0 && e2eFilters.length === 0;
  return {
    projects: isOnlyE2e ? [] : projects,
    e2e: wantsE2e && !isOnlyVitest,
    vitestFilters,
    e2eFilters,
  };
}

async function runVitest(folder, { projects, vitestFilters }) {
  const report = path.join(folder, 'vitest.json');
  const cli = fromRoot('node_modules', 'vitest', 'vitest.mjs');
  const args = ['run', ...projects.flatMap((name) => ['--project', name])];
  args.push('--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...vitestFilters);
  const code = await run(process.execPath, [cli, ...args], { cwd: repoRoot });
  return vitestCounts(readReport(report), code);
}

async function runPlaywright(folder, { e2eFilters }, electron, env) {
  const report = path.join(folder, 'playwright.json');
  const cli = fromRoot('node_modules', '@playwright', 'test', 'cli.js');
  const args = ['test', '--reporter=list,json', ...e2eFilters];
  // Decided once here, so that each test need not ask again.
  const childEnv = { ...env, PLAYWRIGHT_JSON_OUTPUT_FILE: report, MASKWRIGHT_ELECTRON: electron.executable };
  const code = await run(process.execPath, [cli, ...args], { cwd: repoRoot, env: childEnv });
  return playwrightCounts(readReport(report), code);
}

function readReport(file) {
  return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : undefined;
}

await runMain(async () => {
  const wanted = plan(process.argv.slice(2));
  const electron = wanted.e2e ? await ensureWindow() : await ensureBuilt();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'maskwright-test-'));
  const results = [];
  try {
    if (wanted.projects.length > 0) results.push({ runner: 'Vitest', ...(await runVitest(folder, wanted)) });
    if (wanted.e2e) {
      const counts = await withDisplay((env) => runPlaywright(folder, wanted, electron, env), windowsAtOnce);
      results.push({ runner: 'Playwright', ...counts });
    }
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
  for (const { runner, problem } of results) if (problem) say(`${runner}: ${problem}`);
  const total = sumCounts(results);
  process.stdout.write(`${summaryLine(total)}\n`);
  return total.failed > 0 || results.some((result) => result.problem) ? 1 : 0;
});
