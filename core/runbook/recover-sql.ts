import { dataPrefix } from '../manifest/layout.ts';
import type { Recoverable, Steps } from './steps.ts';

/** TiDB's BR, on any host that reaches PD and TiKV. TiKV's hosts read the vault themselves. */
export function recoverTidb({ cluster, point, region, bucket }: Recoverable): Steps {
  const at = (id: string): string => `s3://${bucket}/${dataPrefix(cluster.name, id)}`;
  const common = `--s3.region ${region} --send-credentials-to-tikv=false`;
  const restore = (id: string): string => `br restore full --pd "$PD" --storage ${at(id)} ${common}`;
  const incremental = point.kind === 'incremental';
  const full = incremental ? '<the full that this point stands on>' : at(point.id);
  return {
    needs: [
      'BR of the version of the cluster (`tiup br`), on a host that reaches PD',
      'a TiDB cluster of the same version or a later one, empty, whose TiKV hosts may read the vault; where it speaks TLS, `--ca`, `--cert` and `--key` go with every command of BR',
    ],
    steps: [
      {
        says: 'Say where the new cluster is.',
        language: 'sh',
        text: `export PD="\${PD:?host:port of PD of the new cluster}"`,
      },
      ...(incremental
        ? [
            {
              says: `This point holds what changed since ${point.base}. Recover that one first, by its own \`manifest/RECOVER.md\`, and everything that it names in turn, the full first; write nothing in between.`,
              language: 'text' as const,
              text: `s3://${bucket}/${cluster.name}/${point.base}/manifest/RECOVER.md`,
            },
          ]
        : []),
      { says: 'Restore it.', language: 'sh', text: restore(point.id) },
    ],
    afterwards: [
      `if the plan keeps a log, it lies below \`s3://${bucket}/${cluster.name}/log/\`, a folder for each run without a hole: \`br restore point --pd "$PD" --storage s3://${bucket}/${cluster.name}/log/<run>/ --full-backup-storage ${full} --restored-ts '<2026-11-21 02:00:00+0000>' ${common}\` restores full and log in one command, into an empty cluster, in place of the command above`,
      'users and privileges come back with the `mysql` schema; `br restore full --help` says which tables of it are left out',
    ],
  };
}

/** Doris attaches the repository that the point is, and restores from it database by database, in SQL. */
export function recoverDoris({ cluster, point, region, bucket, account }: Recoverable): Steps {
  const repository = `holdfast_${point.id}`;
  const end = cluster.restoreInto[region] && 'reach' in cluster.restoreInto[region] ? 'target' : 'source';
  const role = `arn:aws:iam::${account}:role/holdfast-${region}-doris-${end}-${cluster.name}`;
  const location = `s3://${bucket}/${dataPrefix(cluster.name, point.id).replace(/\/$/, '')}`;
  return {
    needs: [
      'a Doris cluster of the same version or a later one, and a user with ADMIN in it, by any MySQL client',
      `a role in the vault that its hosts may assume; Holdfast's own is \`${role}\`, for the hosts' role that the configuration names`,
    ],
    steps: [
      {
        says: 'Attach the repository, and see what it holds.',
        language: 'sql',
        text: `CREATE READ ONLY REPOSITORY \`${repository}\` WITH S3 ON LOCATION "${location}" PROPERTIES (
  "s3.endpoint" = "s3.${region}.amazonaws.com",
  "s3.region" = "${region}",
  "s3.role_arn" = "${role}",
  "s3.external_id" = "${cluster.name}"
);
SHOW SNAPSHOT ON \`${repository}\`;`,
      },
      {
        says: 'For each snapshot (`<point>-<database>-<attempt>`; of several of a database the highest attempt), with its timestamp from the list:',
        language: 'sql',
        text: `CREATE DATABASE IF NOT EXISTS \`<database>\`;
RESTORE SNAPSHOT \`<database>\`.\`<snapshot>\` FROM \`${repository}\` PROPERTIES ("backup_timestamp" = "<timestamp>", "reserve_replica" = "true");
SHOW BRIEF RESTORE FROM \`<database>\`;`,
      },
      {
        says: 'When every restore says FINISHED, detach it. What lies in the vault stays.',
        language: 'sql',
        text: `DROP REPOSITORY \`${repository}\`;`,
      },
    ],
    afterwards: [
      'a cluster with fewer backends than there were replicas takes `"replication_num" = "<backends>"` in place of `"reserve_replica" = "true"`',
      'users, roles and views over several databases are no part of a snapshot of Doris',
    ],
  };
}
