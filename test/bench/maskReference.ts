/** Runs a Python reference script with the first interpreter that has what it imports. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What the mask and evaluation references import. */
const PACKAGES = ['numpy', 'pycocotools'];

/**
 * Hands `data` to `script` (beside this file) as a JSON file and returns the JSON it writes; null, with a line on
 * stderr that says what is missing, where no interpreter (MASKWRIGHT_PYTHON, python3, /usr/bin/python3) has the
 * packages.
 * @throws Error where the script itself fails.
 */
export function runReference<T>(script: string, data: unknown, packages: readonly string[] = PACKAGES): T | null {
  const python = findPython(packages);
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

const found = new Map<string, string | null>();

function findPython(packages: readonly string[]): string | null {
  const key = packages.join(' ');
  const known = found.get(key);
  if (known !== undefined) return known;
  const candidates = [process.env.MASKWRIGHT_PYTHON, 'python3', '/usr/bin/python3'];
  const reasons: string[] = [];
  let python: string | null = null;
  for (const candidate of candidates) {
    if (!candidate) continue;
    const missing = packages.filter((name) => spawnSync(candidate, ['-c', `import ${name}`]).status !== 0);
    if (missing.length === 0) {
      python = candidate;
      break;
    }
    reasons.push(`${candidate} lacks ${missing.join(' and ')}`);
  }
  found.set(key, python);
  if (python === null) {
    process.stderr.write(`No reference to compare with: ${reasons.join('; ')} (set MASKWRIGHT_PYTHON)\n`);
  }
  return python;
}
