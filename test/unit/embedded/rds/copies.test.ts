import { beforeEach, describe, expect, it } from 'vitest';
import { hours, minutes, seconds } from '../../../../core/time/instant.ts';
import { ELSEWHERE, HOME, keyIn, ORDERS, RdsAccount } from './rds-account.ts';

let account: RdsAccount;
let source: string;
beforeEach(() => {
  account = new RdsAccount();
  account.rds.seedCluster(ORDERS);
  source = account.taken('nightly').DBClusterSnapshotArn;
});

const copyOf = (arn: string, name = 'nightly', more: object = { KmsKeyId: keyIn(ELSEWHERE) }) => ({
  SourceDBClusterSnapshotIdentifier: arn,
  TargetDBClusterSnapshotIdentifier: name,
  ...more,
});
const copy = (name?: string) => account.call('CopyDBClusterSnapshot', copyOf(source, name), ELSEWHERE);
const refusal = (input: object, region = ELSEWHERE) =>
  account.refusal('CopyDBClusterSnapshot', input, region);

describe('a copy to another region', () => {
  it('stays at 0 % in the queue, progresses, and ends with the source named', () => {
    copy();
    expect(account.advance(seconds(59)).snapshot('nightly', ELSEWHERE)).toMatchObject({
      Status: 'copying',
      PercentProgress: 0,
    });
    const seen = Array.from(
      { length: 60 },
      () => account.advance(seconds(10)).snapshot('nightly', ELSEWHERE).PercentProgress,
    );
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(account.advance(hours(1)).snapshot('nightly', ELSEWHERE)).toMatchObject({
      Status: 'available',
      SourceDBClusterSnapshotArn: source,
      KmsKeyId: keyIn(ELSEWHERE),
    });
  });

  it('needs a key of that region when the source is encrypted', () => {
    expect(refusal(copyOf(source, 'nightly', {}))).toMatch(/^InvalidParameterValue/);
    expect(refusal(copyOf(source, 'nightly', { KmsKeyId: keyIn(HOME) }))).toBe(
      'KMSKeyNotAccessibleFault KMSKeyNotAccessibleFault 400',
    );
  });

  it('is refused with a disabled key', () => {
    account.disabledKeys.add(keyIn(ELSEWHERE));
    expect(refusal(copyOf(source))).toMatch(/^KMSKeyNotAccessibleFault/);
  });

  it('takes no key when the source is not encrypted', () => {
    account.rds.seedCluster({
      region: HOME,
      clusterId: 'open',
      engine: 'aurora-mysql',
      createdAt: ORDERS.createdAt,
    });
    const arn = account.taken('open-1', 'open').DBClusterSnapshotArn;
    expect(refusal(copyOf(arn, 'open-1'))).toMatch(/^InvalidParameterCombination/);
    expect(refusal(copyOf(arn, 'open-1', {}))).toBe('accepted');
  });

  it('needs the ARN: a name means the region that is called', () => {
    expect(refusal(copyOf('nightly', 'again'))).toMatch(/^DBClusterSnapshotNotFoundFault/);
    expect(refusal(copyOf('nightly', 'again', {}), HOME)).toBe('accepted');
  });

  it('needs a source that is available', () => {
    account.take('fresh');
    expect(refusal(copyOf(account.snapshot('fresh').DBClusterSnapshotArn, 'fresh'))).toMatch(
      /^InvalidDBClusterSnapshotStateFault/,
    );
  });

  it('is refused as the sixth under way, and accepted when one has ended', () => {
    for (let i = 0; i < 5; i++) copy(`copy-${i}`);
    expect(refusal(copyOf(source, 'copy-5'))).toBe('SnapshotQuotaExceededFault SnapshotQuotaExceeded 400');
    account.advance(hours(2));
    expect(refusal(copyOf(source, 'copy-5'))).toBe('accepted');
  });

  it('fails when its source is deleted on the way', () => {
    copy();
    account.advance(minutes(2)).call('DeleteDBClusterSnapshot', { DBClusterSnapshotIdentifier: 'nightly' });
    expect(account.snapshot('nightly', ELSEWHERE).Status).toBe('failed');
  });

  it('fails when the region of its source is lost on the way', () => {
    copy();
    account.advance(minutes(2));
    account.darkRegions.add(HOME);
    expect(account.snapshot('nightly', ELSEWHERE).Status).toBe('failed');
    expect(refusal(copyOf(source, 'again'))).toBe('ServiceUnavailable ServiceUnavailable 503');
  });

  it('that had ended before the region was lost stays', () => {
    copy();
    account.advance(hours(2));
    account.darkRegions.add(HOME);
    expect(account.snapshot('nightly', ELSEWHERE).Status).toBe('available');
  });

  it('is cancelled by deleting it', () => {
    copy();
    account.call('DeleteDBClusterSnapshot', { DBClusterSnapshotIdentifier: 'nightly' }, ELSEWHERE);
    account.advance(minutes(1));
    expect(refusal(copyOf(source))).toBe('accepted');
  });

  it('does not exist for Multi-AZ DB clusters', () => {
    account.rds.seedCluster({
      region: HOME,
      clusterId: 'three',
      engine: 'postgres',
      multiAzInstanceClass: 'db.m6gd.large',
      createdAt: ORDERS.createdAt,
    });
    const arn = account.taken('three-1', 'three').DBClusterSnapshotArn;
    expect(refusal(copyOf(arn, 'three-1', {}))).toMatch(/^InvalidParameterCombination/);
  });
});
