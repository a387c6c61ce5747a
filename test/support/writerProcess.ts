/** A real process that works on a project without end (integration/projectWriter.ts), and what it has acknowledged. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { DocumentSnapshot } from '@shared/document/types';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const tsx = createRequire(import.meta.url).resolve('tsx');

export class WriterProcess {
  readonly child: ChildProcess;
  /** The last snapshot of each image that it was told is durable. */
  readonly acknowledged = new Map<number, DocumentSnapshot>();
  readonly refused: string[] = [];
  acknowledgements = 0;
  readonly #ended: Promise<void>;
  #tell: () => void = () => undefined;

  /** `fileBytes`: no file may become larger, as under a quota, until `allowAnySize`; needs prlimit. */
  constructor(projectFile: string, seed: number, { fileBytes }: { readonly fileBytes?: number } = {}) {
    const script = join(root, 'test', 'integration', 'projectWriter.ts');
    const node = [process.execPath, '--import', tsx, script, projectFile, String(seed)];
    const limited = fileBytes === undefined ? node : ['prlimit', `--fsize=${fileBytes}:unlimited`, ...node];
    this.child = spawn(limited[0], limited.slice(1), {
      cwd: root,
      env: { ...process.env, TSX_TSCONFIG_PATH: join(root, 'tsconfig.node.json') },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#ended = this.#read();
  }

  async #read(): Promise<void> {
    for await (const line of createInterface({ input: this.child.stdout! })) {
      if (line.startsWith('refused ')) this.refused.push(line.slice('refused '.length));
      else if (line.endsWith('}')) {
        const snapshot = JSON.parse(line) as DocumentSnapshot;
        this.acknowledged.set(snapshot.imageId, snapshot);
        this.acknowledgements++;
      }
      this.#tell();
    }
    this.#tell();
  }

  /** Resolves once `isSo`, or when the process has ended. */
  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
      if (this.child.stdout!.readableEnded || this.child.exitCode !== null) return;
      await new Promise<void>((told) => (this.#tell = told));
    }
  }

  allowAnySize(): void {
    execFileSync('prlimit', ['--pid', String(this.child.pid), '--fsize=unlimited:unlimited']);
  }

  /** Ends it as a power cut would, and reads what it still had said. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended();
  }

  async ended(): Promise<void> {
    await this.#ended;
  }
}
