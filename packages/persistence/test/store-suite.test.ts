import { suitesOf } from './store-kinds.js';

// Each opening starts a thread.
suitesOf('in a thread of its own', 4);
