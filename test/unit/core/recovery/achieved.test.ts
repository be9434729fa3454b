import { describe, expect, it } from 'vitest';
import { achievedRpo, achievedRto, currentRpo } from '../../../../core/recovery/achieved.ts';
import { hours, minutes } from '../../../../core/time/instant.ts';
import { at } from '../retention/timeline.ts';

const three = at('2026-11-21T03:00:00Z');
const twentyPast = at('2026-11-21T03:20:00Z');

describe('what was achieved', () => {
  it('loses what came between the restored instant and the start of the restore', () => {
    expect(achievedRpo(three, twentyPast)).toBe(minutes(20));
  });

  it('loses nothing when the engine restores to an instant ahead of our clock', () => {
    expect(achievedRpo(twentyPast, three)).toBe(0);
  });

  it('takes from the start until the data is validated', () => {
    expect(achievedRto(three, twentyPast)).toBe(minutes(20));
  });
});

describe('what would be lost now', () => {
  it('is everything since protection began while nothing can be restored', () => {
    expect(currentRpo(undefined, three, at('2026-11-21T05:00:00Z'))).toBe(hours(2));
    expect(currentRpo(twentyPast, three, at('2026-11-21T03:30:00Z'))).toBe(minutes(10));
  });
});
