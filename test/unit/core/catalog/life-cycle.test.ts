import { describe, expect, it } from 'vitest';
import { COPY_LIFE, copyMayFollow, mayFollow, POINT_LIFE } from '../../../../core/catalog/life-cycle.ts';

type Life = Readonly<Record<string, readonly string[]>>;

function reachable(life: Life, from: string): Set<string> {
  const seen = new Set([from]);
  for (const state of seen) for (const next of life[state] ?? []) seen.add(next);
  return seen;
}

describe('the life of a recovery point', () => {
  it('reaches every state of the diagram from capturing', () => {
    expect([...reachable(POINT_LIFE, 'capturing')].sort()).toEqual(Object.keys(POINT_LIFE).sort());
  });

  it('is sealed only after it was verified', () => {
    const before = Object.entries(POINT_LIFE).filter(([, next]) => next.includes('sealed'));
    expect(before.map(([state]) => state)).toEqual(['verified', 'expiring']);
  });

  it('is discarded only out of the bin', () => {
    const before = Object.entries(POINT_LIFE).filter(([, next]) => next.includes('discarded'));
    expect(before.map(([state]) => state)).toEqual(['expiring']);
  });

  it.each(['discarded', 'failed', 'quarantined'] as const)('ends when it is %s', (end) => {
    expect(POINT_LIFE[end]).toEqual([]);
  });

  it('never goes back, but out of the bin', () => {
    expect(mayFollow('sealed', 'capturing')).toBe(false);
    expect(mayFollow('sealed', 'sealed')).toBe(false);
    expect(mayFollow('expiring', 'sealed')).toBe(true);
  });
});

describe('the life of a copy', () => {
  it('is proven only after it was copied', () => {
    expect(copyMayFollow('copying', 'proven')).toBe(false);
    expect(copyMayFollow('copied', 'proven')).toBe(true);
  });

  it('may be tried again after it failed, made anew after it was set aside, and not once it is discarded', () => {
    expect(copyMayFollow('failed', 'copying')).toBe(true);
    expect(COPY_LIFE.quarantined).toEqual(['copying']);
    expect(COPY_LIFE.discarded).toEqual([]);
  });

  it('reaches every state of the diagram from copying', () => {
    expect([...reachable(COPY_LIFE, 'copying')].sort()).toEqual(Object.keys(COPY_LIFE).sort());
  });
});
