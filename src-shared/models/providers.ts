/** What a computer may run models on, beside its processor: what of it is there is asked of the runtime. */
export const PROVIDERS = ['cpu', 'cuda', 'directml', 'coreml'] as const;

export type Provider = (typeof PROVIDERS)[number];

export const PROVIDER_TITLES: Readonly<Record<Provider, string>> = {
  cpu: 'Processor (CPU)',
  cuda: 'NVIDIA graphics card (CUDA)',
  directml: 'Graphics card (DirectML)',
  coreml: 'Apple graphics and neural engine (Core ML)',
};

/** What models run on now. */
export interface ModelRuntime {
  /** Those that the runtime of this platform knows; whether they work shows when one is chosen. */
  readonly known: readonly Provider[];
  readonly wanted: Provider;
  readonly used: Provider;
  /** Why it is not what was wanted, as a sentence; null where it is. */
  readonly why: string | null;
}
