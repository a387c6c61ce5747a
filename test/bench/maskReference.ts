/** Runs a Python reference script with the first interpreter that has what it imports. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PACKAGES = ['numpy', 'pycocotools'];

/**
 * Hands `data` to `script` (beside this file) as a JSON file and returns the JSON it writes; null, with a line on
 * stderr that says what is missing, where no interpreter (MASKWRIGHT_PYTHON, python3, /usr/bin/python3) has the
 * packages.
 * @throws Error where the script itself fails.
 */
export function runReference<T>(script: string, data: unknown): T | null {
  const python = findPython();
  if (python === null) return null;
  const folder = mkdtempSync(join(tmpdir(), 'maskwright-bench-'));
  try {
    const input = join(folder, 'input.json');
    const output = join(folder, 'output.json');
    writeFileSync(input, JSON.stringify(data));
    const path = fileURLToPath(new URL(script, import.meta.url));
    const done = spawnSync(python, [path, input, output], { encoding: 'utf8', maxBuffer: 1 << 26 });
    if (done.status !== 0) throw new Error(`${script} failed with ${python}: ${done.stderr || String(done.error)}`);
    return JSON.parse(readFileSync(output, 'utf8')) as T;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

let found: string | null | undefined;

function findPython(): string | null {
  if (found !== undefined) return found;
  const candidates = [process.env.MASKWRIGHT_PYTHON, 'python3', '/usr/bin/python3'];
  const reasons: string[] = [];
  for (const python of candidates) {
    if (!python) continue;
    const missing = PACKAGES.filter((name) => spawnSync(python, ['-c', `import ${name}`]).status !== 0);
    if (missing.length === 0) return (found = python);
    reasons.push(`${python} lacks ${missing.join(' and ')}`);
  }
  process.stderr.write(`No reference to compare with: ${reasons.join('; ')} (set MASKWRIGHT_PYTHON)\n`);
  return (found = null);
}
