/** Entry of the vision process: serves decoding and the classical methods to its parent. */
import { serve } from '@shared/ipc/rpc';
import { join } from 'node:path';
import { withThumbnailCache } from './thumbnailService';
import { hostPort } from '../host/hostPort';
import { createVisionService } from './service';

const service = createVisionService({ workerFile: join(__dirname, 'classicalWorker.cjs') });
// Only the window asks for thumbnails, and says where to keep them.
const thumbnails = process.argv.find((arg) => arg.startsWith('--thumbnails='))?.slice('--thumbnails='.length);
serve(hostPort(), thumbnails ? withThumbnailCache(service.handlers, thumbnails) : service.handlers);
