import { faults } from '../fault.js';

/** What happens to the process of the server. */
export const SERVER_FAULTS = faults(
  {
    name: 'killed, back with its data',
    expect: { provider: 'memory' },
    inject: ({ server }) => server.kill(),
    heal: ({ server }) => server.restart(),
  },
  {
    name: 'killed, back empty',
    expect: { provider: 'memory', emptied: true },
    inject: ({ server }) => server.kill(),
    heal: ({ server }) => server.restart({ empty: true }),
  },
  {
    name: 'killed for good',
    expect: { provider: 'memory', forGood: true },
    inject: ({ server }) => server.kill(),
  },
  {
    name: 'stopped (SIGSTOP), continued',
    expect: { provider: 'memory' },
    inject: ({ server }) => server.stop(),
    heal: ({ server }) => server.cont(),
  },
);
