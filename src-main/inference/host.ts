/** The inference process: serves models to its parent until it is told to end. Argument: `--models=FOLDER`. */
import type { InferenceRequests } from '../../src-shared/ipc/contract';
import { serve } from '../../src-shared/ipc/rpc';
import { hostPort } from '../ipc/hostPort';
import { createInferenceService } from './service';

const prefix = '--models=';
const modelsFolder = process.argv.find((argument) => argument.startsWith(prefix))?.slice(prefix.length);
if (!modelsFolder) throw new Error(`The inference process needs ${prefix}FOLDER`);

serve<InferenceRequests>(hostPort(), createInferenceService({ modelsFolder }));
