/** The Electron that runs the app. */
export interface ElectronRuntime {
  executable: string;
  dir: string;
  kind: 'override' | 'official' | 'testruntime';
  version: string;
}

/** Finds or installs Electron; decided once a process. Rejects with one sentence. */
export function resolveElectron(): Promise<ElectronRuntime>;
