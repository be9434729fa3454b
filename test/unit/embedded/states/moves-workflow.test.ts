import { expect, test } from 'vitest';
import { named, type Toy } from './bench.ts';
import { answers, nothing, player } from './play.ts';

/** Whole moves are played in simulations (`failover`, `failback`, `switchover`): here is how they end when nothing can be said. */
const play = player([]);
const refused = (): Toy => answers(named('PermissionMissing'));
const group = { move: 'm-1', group: 'web', from: 'there', to: 'here', outcome: 'again', epoch: 2 };
const planned = {
  ...group,
  outcome: 'new',
  members: [],
  sentence: '',
  facts: {},
  askedBy: '',
  withinSeconds: 60,
};

test.each([
  ['failover', { ResolveFailover: () => group, RaiseEpoch: refused() }, 'FailFailover'],
  ['failback', { ResolveFailback: () => planned, AskApproval: refused() }, 'FailFailback'],
  ['switchover', { ResolveFailback: () => planned, AskApproval: refused() }, 'FailFailback'],
] as const)(
  'a %s whose failure cannot be recorded fails under a name of its own',
  async (machine, tasks, end) => {
    const known = await play(machine, { group: 'web' }, { ...tasks, [end]: nothing });
    expect(known.path.at(-1)).toBe('Incomplete');
    const untold = await play(machine, { group: 'web' }, { ...tasks, [end]: refused() });
    expect(untold.ended).toEqual(['FAILED', 'FailureNotTold', 'Failure not told']);
  },
);
