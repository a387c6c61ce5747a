/** Entry of the store process: serves the store's requests on the port to its parent. */
import { serve } from '@shared/ipc/rpc';
import { hostPort } from '../host/hostPort';
import { createStoreService } from './service';

const argument = process.argv.find((value) => value.startsWith('--user-data='));
if (!argument) throw new Error('The store process was started without --user-data=FOLDER');

serve(hostPort(), createStoreService({ userDataFolder: argument.slice('--user-data='.length) }));
