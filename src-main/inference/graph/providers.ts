/** Chooses what models run on: what was wanted, or the processor where that cannot be used here, and says why. */
import { env, InferenceSession, listSupportedBackends } from 'onnxruntime-node';
import { type ModelRuntime, type Provider, PROVIDER_TITLES, PROVIDERS } from '@shared/models/providers';

// What it has to say comes as an error too; on its own it would print lines that mean nothing to a user.
env.logLevel = 'fatal';

/** As ONNX Runtime calls them. */
const runtimeNames: Readonly<Record<Provider, string>> = {
  cpu: 'cpu',
  cuda: 'cuda',
  directml: 'dml',
  coreml: 'coreml',
};

/** y = x: enough to see whether a provider can be started at all. */
const identity = Buffer.from(
  'CAg6NwoQCgF4EgF5IghJZGVudGl0eRIBZ1oPCgF4EgoKCAgBEgQKAggBYg8KAXkSCgoICAESBAoCCAFCBAoAEA0=',
  'base64',
);

export function knownProviders(): Provider[] {
  const names = new Set(listSupportedBackends().map(({ name }) => name));
  return PROVIDERS.filter((provider) => provider === 'cpu' || names.has(runtimeNames[provider]));
}

export async function chooseRuntime(wanted: Provider): Promise<ModelRuntime> {
  const known = knownProviders();
  const instead = (reason: string): ModelRuntime => ({
    known,
    wanted,
    used: 'cpu',
    why: `${PROVIDER_TITLES[wanted]} cannot be used: ${reason}. Models run on the processor`,
  });
  if (wanted === 'cpu') return { known, wanted, used: 'cpu', why: null };
  if (!known.includes(wanted)) return instead('it is not part of this version for this system');
  try {
    const session = await InferenceSession.create(identity, sessionProviders(wanted));
    await session.release();
    return { known, wanted, used: wanted, why: null };
  } catch (error) {
    return instead(providerReason(error));
  }
}

/** Options of a session that runs there. */
export const sessionProviders = (provider: Provider): InferenceSession.SessionOptions => ({
  // By itself: beside another one it would be left out without a word where it cannot be had. Nodes that it does not know run on
  // the processor all the same.
  executionProviders: [runtimeNames[provider]],
  // What it has to say comes as an error too; its warnings about shape inference mean nothing to a user.
  logSeverityLevel: 4,
});

/** What ONNX Runtime says of a provider that does not start, without its own names of functions and files. */
function providerReason(error: unknown): string {
  const text = (error instanceof Error ? error.message : String(error)).split('\n', 1)[0];
  if (/failed to load (shared )?library/i.test(text)) return 'its libraries are not installed on this computer';
  const plain = text.replace(/^.*?\b(Error|FAIL)\b\W+/, '').trim();
  return plain === '' ? 'it could not be started' : plain.replace(/\.$/, '');
}
