/** The inference process: serves models to its parent until it is told to end. Arguments: `--models=FOLDER [--embeddings=FOLDER]`. */
import type { InferenceRequests } from '@shared/ipc/inference';
import { serve } from '@shared/ipc/rpc';
import { hostPort } from '../host/hostPort';
import { createInferenceService } from './service';

const argument = (prefix: string) => process.argv.find((one) => one.startsWith(prefix))?.slice(prefix.length);
const modelsFolder = argument('--models=');
if (!modelsFolder) throw new Error('The inference process needs --models=FOLDER');

serve<InferenceRequests>(
  hostPort(),
  createInferenceService({ modelsFolder, embeddingsFolder: argument('--embeddings=') }),
);
