// The thread of a store: LMDB, encryption and checksums take no time of the thread that the application runs in.
import { parentPort } from 'node:worker_threads';
import { serve } from './serve.js';

if (parentPort !== null) serve(parentPort);
