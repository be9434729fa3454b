import { describe, expect, it } from 'vitest';
import { ownOf } from '../../../../../adapters/engines/tidb/volumes-meta.ts';
import { movedBefore, pauseArgv, stillAt } from '../../../../../adapters/engines/tidb/volumes-pause.ts';
import type { TidbCluster } from '../../../../../core/plan/installation.ts';
import { parseArgv } from '../../../../../embedded/tidb/br/argv.ts';

const line = (message: string, fields = '') =>
  `[2026/11/21 03:00:00.250 +00:00] [INFO] [prepare_snap.go:170] ["${message}"]${fields}`;
const RESOLVED = line(
  'No service safepoint provided, using the minimal resolved TS.',
  ' [tag=br_operator] [min-resolved-ts=461234567890123456]',
);

describe('a run of br that keeps a cluster still', () => {
  it('is asked for as br takes it', () => {
    const reach = { pd: 'pd:2379', subnets: [], securityGroups: [] };
    const parsed = parseArgv(pauseArgv(reach));
    expect(parsed?.command).toBe('operator pause-gc-and-schedulers');
    expect(parsed?.text('ttl')).toBe('2m');
    expect(() => parseArgv([...pauseArgv(reach), '--type', 'aws-ebs'])).toThrow(/unknown flag/);
  });

  it('is believed when it has said all: which timestamp, and that everything is paused', () => {
    expect(stillAt([RESOLVED, line('GC is paused.'), line('Schedulers are paused.')])).toBeUndefined();
    expect(stillAt([line('All ready.')])).toBeUndefined();
    expect(stillAt([RESOLVED.replace(/\d{18}/, '0'), line('All ready.')])).toBeUndefined();
    expect(stillAt([RESOLVED, line('All ready.')])).toBe(461234567890123456n);
  });

  it('is not believed when it could not give back what it held', () => {
    expect(
      movedBefore([RESOLVED, line('All ready.'), line('all connections to store have shuted down.')]),
    ).toBe(undefined);
    expect(movedBefore([line('failed to finalize the prepare stream')])).toMatch(/finalize/);
    expect(movedBefore([line('A task failed.', ' [error="lease expired"]')])).toMatch(/lease expired/);
  });
});

describe('backupmeta of a set of volumes', () => {
  const volume = {
    volumeId: 'vol-1',
    device: '/dev/sdf',
    sizeGib: 1,
    type: 'gp3',
    encrypted: false,
    tags: {},
  };
  const found = {
    tag: { key: 'k', value: 'v' },
    excludeBootVolume: true,
    instances: [
      { instanceId: 'i-1', zone: 'eu-west-1a', volumes: [volume, { ...volume, volumeId: 'vol-2' }] },
    ],
  };
  const own = ownOf({ version: 'v8.5.3' } as TidbCluster, 461234567890123456n, 1)(found);

  it('has what the restore of br reads, with all digits of the timestamp', () => {
    const meta = own.facts['backupmeta'] as string;
    expect(meta).toContain('"resolved_ts":461234567890123456}');
    expect(JSON.parse(meta)).toMatchObject({
      cluster_info: { cluster_version: '8.5.3', full_backup_type: 'aws-ebs' },
      tikv: {
        replicas: 1,
        stores: [{ volumes: [{ volume_id: 'vol-1', type: 'gp3' }, { volume_id: 'vol-2' }] }],
      },
    });
  });

  it('names the instant of its timestamp', () =>
    expect(own.at).toBe(new Date(Number(461234567890123456n >> 18n)).toISOString()));
});
