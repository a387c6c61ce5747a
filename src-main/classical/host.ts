/** Entry of the vision process: serves decoding and the classical methods to its parent. */
import { serve } from '@shared/ipc/rpc';
import { join } from 'node:path';
import { hostPort } from '../ipc/hostPort';
import { createVisionService } from './service';

const service = createVisionService({ workerFile: join(__dirname, 'classicalWorker.cjs') });
serve(hostPort(), service.handlers);
