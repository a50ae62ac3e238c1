import type { Fault } from '../fault.js';
import { NETWORK_FAULTS } from './network.js';
import { NO_OUTAGES } from './no-outages.js';
import { REFUSALS } from './refusals.js';
import { SEQUENCES } from './sequences.js';
import { SERVER_FAULTS } from './server.js';

/** The whole matrix. */
export const FAULTS: readonly Fault[] = [
  ...SERVER_FAULTS,
  ...NETWORK_FAULTS,
  ...REFUSALS,
  ...SEQUENCES,
  ...NO_OUTAGES,
];
