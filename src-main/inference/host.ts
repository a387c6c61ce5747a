/** The inference process: serves models to its parent until it is told to end. Arguments: `--models=FOLDER... [--embeddings=FOLDER] [--provider=ID]`. */
import type { InferenceRequests } from '@shared/ipc/inference';
import { serve } from '@shared/ipc/rpc';
import { PROVIDERS } from '@shared/models/providers';
import { hostPort } from '../host/hostPort';
import { createInferenceService } from './service';

const given = (prefix: string) =>
  process.argv.filter((one) => one.startsWith(prefix)).map((one) => one.slice(prefix.length));
const modelsFolder = given('--models=');
if (modelsFolder.length === 0) throw new Error('The inference process needs --models=FOLDER');

serve<InferenceRequests>(
  hostPort(),
  createInferenceService({
    modelsFolder,
    embeddingsFolder: given('--embeddings=')[0],
    provider: PROVIDERS.find((one) => one === given('--provider=')[0]),
  }),
);
