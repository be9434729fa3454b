import type { Mutant } from './mutant.ts';

/** Permissions that somebody forgot. */
export const PERMITTING: readonly Mutant[] = [
  {
    name: 'no-permission-to-begin-late',
    story:
      'the function that polls may not list the source, which it does only for a capture that had to wait',
    under: { days: 4, only: ['operator-backs-up', 'killed-at-deadline', 'delivered-late'] },
    edits: [
      {
        file: 'lib/config/rights.ts',
        find: 'PollCapture: may(\n    readConfiguration,\n    find,\n    advance,\n    listSources,',
        replace: 'PollCapture: may(\n    readConfiguration,\n    find,\n    advance,',
      },
    ],
  },
  {
    name: 'no-permission-to-tell-of-a-breach',
    story:
      'the function that watches may not put an event on the bus, which it does only when something is wrong',
    under: { days: 3, only: ['snapshot-fails'] },
    edits: [
      {
        file: 'lib/config/watch-rights.ts',
        find: 'WatchObjectives: may(readConfiguration, find, readSides, announce, keepNotes, watchLogs),',
        replace: 'WatchObjectives: may(readConfiguration, find, readSides, keepNotes, watchLogs),',
      },
    ],
  },
  {
    name: 'no-permission-to-remove-snapshots',
    story: 'the function that discards may not remove snapshots',
    under: { days: 3, only: [] },
    edits: [
      {
        file: 'lib/config/rights.ts',
        find: 'DiscardExpired: may(lookFirst, find, retire, findDue, announce, discardItems, discardSnapshots),',
        replace: 'DiscardExpired: may(lookFirst, find, retire, findDue, announce, discardItems),',
      },
    ],
  },
];
