import { afterEach, describe, expect, it } from 'vitest';
import { days, hours, later, milliseconds } from '../../../../core/time/instant.ts';
import type { EmbeddedCloud } from '../../../../embedded/cloud.ts';
import { Calamities } from '../../../../embedded/faults/calamities.ts';
import { FAULT_KINDS, type FaultKind } from '../../../../embedded/faults/mix.ts';
import type { Attempt } from '../../../../embedded/sdk/transport.ts';
import type { AwsError } from '../../../../embedded/service.ts';
import { AWAY, disturbedCloud, HOME } from './disturbed-cloud.ts';

let open: EmbeddedCloud | undefined;
afterEach(() => open?.close());

function scene(seed: number, ...only: FaultKind[]) {
  const made = disturbedCloud(seed, { only });
  open = made.cloud;
  return made;
}

/** The first error that a kind of call meets: `<name> <wire code> <status>`. */
function firstRefusal(kind: FaultKind, service: Attempt['service'], operation: string): string {
  const { faults, attempt } = scene(1, kind);
  for (let n = 0; n < 5_000; n++)
    try {
      faults.before(attempt(service, operation));
    } catch (error) {
      const { name, code, status } = error as AwsError;
      return `${name} ${code} ${status}`;
    }
  return 'none';
}

describe('a refused call is answered as its service answers', () => {
  it.each([
    ['throttle.s3', 's3', 'GetObject', 'SlowDown SlowDown 503'],
    ['throttle.dynamodb', 'dynamodb', 'Query', 'ThrottlingException undefined 400'],
    ['throttle.sfn', 'sfn', 'StartExecution', 'ThrottlingException undefined 400'],
    ['throttle.rds', 'rds', 'DescribeDBClusters', 'Throttling Throttling 400'],
    ['server-error.s3', 's3', 'GetObject', 'InternalError InternalError 500'],
    ['server-error.dynamodb', 'dynamodb', 'GetItem', 'InternalServerError undefined 500'],
    ['server-error.rds', 'rds', 'DescribeDBClusters', 'InternalFailure InternalFailure 500'],
  ] as const)('%s of %s %s', (kind, service, operation, expected) => {
    expect(firstRefusal(kind, service, operation)).toBe(expected);
  });

  it('and a copy that S3 answered with 200 and an error arrives as a 503', () => {
    expect(firstRefusal('copy-answers-200-with-error', 's3', 'CopyObject')).toMatch(
      /^(SlowDown|InternalError) \w+ 503$/,
    );
    expect(firstRefusal('copy-answers-200-with-error', 's3', 'PutObject')).toBe('none');
  });
});

/** Puts objects until a function's run has failed, or a fault took place; answers what became of that object. */
async function putUntilHit(seed: number, kind: FaultKind) {
  const { cloud, faults, put } = scene(seed, kind);
  for (let n = 0; n < 2_000; n++) {
    const last = await put(`object-${n}`);
    if (faults.injected.get(kind)! > 0) return { ...last, cloud, faults };
  }
  throw new Error(`seed ${seed} never hit ${kind}; choose another one`);
}

describe('what a fault leaves behind', () => {
  it('a function that is killed before its call has not put its object', async () => {
    const { outcome, stored } = await putUntilHit(4, 'killed-before-call');
    expect(outcome).toMatchObject({ ok: false, error: 'Runtime.ExitError' });
    expect(stored).toBe(false);
  });

  it('one that is killed after its call has put it, and nobody heard', async () => {
    const { outcome, stored } = await putUntilHit(5, 'killed-after-call');
    expect(outcome).toMatchObject({ ok: false, error: 'Runtime.ExitError' });
    expect(stored).toBe(true);
  });

  it('a lost answer is asked for again, so the object is put twice', async () => {
    const { outcome, stored, cloud, faults } = await putUntilHit(2, 'lost-answer');
    expect(outcome.ok).toBe(true);
    expect(stored).toBe(true);
    const versions = [...cloud.s3.versions('box')].map(([, each]) => each.length);
    expect(Math.max(...versions)).toBe(1 + faults.injected.get('lost-answer')!);
  });

  it('a killed region is dark for hours, comes back, and never both are dark', async () => {
    const { cloud, faults } = scene(3, 'region-dark');
    const calamities = new Calamities(faults, cloud, {
      regions: [HOME, AWAY],
      databases: [],
      vaults: new Map(),
    });
    let dark = 0;
    for (let day = 0; day < 30; day++) {
      calamities.scheduleDay();
      const until = later(cloud.world.now(), days(1));
      while (cloud.world.now() < until) {
        await cloud.world.runUntil(later(cloud.world.now(), hours(0.25)));
        const now = [HOME, AWAY].filter((region) => cloud.isDark(region));
        expect(now.length).toBeLessThan(2);
        dark += now.length;
      }
      expect([HOME, AWAY].filter((region) => cloud.isDark(region))).toEqual([]);
    }
    expect(dark).toBeGreaterThan(4);
    expect(faults.injected.get('region-dark')).toBeGreaterThan(0);
  });
});

describe('faults', () => {
  it('end when everything heals', async () => {
    const { cloud, faults, attempt } = scene(1, ...FAULT_KINDS);
    faults.heal();
    for (let n = 0; n < 2_000; n++) {
      faults.before(attempt('s3', 'CopyObject'));
      faults.after(attempt('s3', 'CopyObject'));
      expect(faults.refuse('arn', n + 1)).toBeUndefined();
      expect(faults.again('arn')).toBe(false);
      expect(faults.replicationLag(milliseconds(150))).toBe(150);
    }
    expect([...faults.injected.values()].every((times) => times === 0)).toBe(true);
    expect(cloud.world.lines.filter((line) => line.includes(' fault '))).toEqual([]);
  });

  it('leave what people call alone', () => {
    const { faults, attempt } = scene(1, ...FAULT_KINDS);
    for (let n = 0; n < 2_000; n++) {
      faults.before(attempt('s3', 'CopyObject', {}, 'operator'));
      faults.after(attempt('s3', 'CopyObject', {}, 'operator'));
    }
    expect([...faults.injected.values()].every((times) => times === 0)).toBe(true);
  });

  it('that were declared and never took place can be asked for', async () => {
    const { faults, attempt } = scene(1, 'throttle.s3', 'snapshot-hangs');
    expect(faults.neverHit).toEqual(['throttle.s3', 'snapshot-hangs']);
    for (let n = 0; n < 2_000; n++)
      try {
        faults.before(attempt('s3', 'GetObject'));
      } catch {
        break;
      }
    expect(faults.neverHit).toEqual(['snapshot-hangs']);
  });

  it('are the same for the same seed, line by line, and other ones for another', async () => {
    const lines = async (seed: number) => {
      const { cloud, put } = scene(seed, 'lost-answer', 'killed-in-run', 'throttle.s3');
      for (let n = 0; n < 150; n++) await put(`object-${n}`);
      cloud.close();
      return cloud.world.lines;
    };
    const once = await lines(5);
    expect(once.length).toBeGreaterThan(1);
    expect(await lines(5)).toEqual(once);
    expect(await lines(6)).not.toEqual(once);
  });
});
