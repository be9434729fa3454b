import { snapshotName } from '../ids/names.ts';
import { quoted, type Recoverable, type Steps } from './steps.ts';

type Settings = Readonly<Record<string, unknown>>;

const text = (settings: Settings, name: string): string | undefined =>
  typeof settings[name] === 'string' ? (settings[name] as string) : undefined;

const flag = (name: string, value: string | undefined): string =>
  value === undefined ? '' : ` \\\n  --${name} ${quoted(value)}`;

/** Aurora, DocumentDB and Neptune: one API. A snapshot restores the cluster alone; its instances are made after it. */
export function recoverRds({ cluster, point, index, region }: Recoverable): Steps {
  const settings = index.configuration;
  const into = cluster.restoreInto[region];
  const instances = (settings['instances'] ?? []) as readonly Settings[];
  const engine = text(settings, 'engine') ?? cluster.engine;
  const groups = into?.securityGroups ?? [];
  const scaling = Object.entries((settings['serverlessV2'] ?? {}) as Settings);
  const capacity =
    scaling.length === 0 ? undefined : scaling.map(([name, value]) => `${name}=${value}`).join(',');
  return {
    needs: [
      'the right to restore clusters, and a name for the new one: a restore writes over nothing',
      into?.subnetGroup === undefined
        ? 'a DB subnet group, if the default one is not where it belongs'
        : `the DB subnet group \`${into.subnetGroup}\`, and the security groups below`,
    ],
    steps: [
      {
        says: 'Say what the recovered cluster is called.',
        language: 'sh',
        text: `export AWS_REGION=${region}\nexport NEW="\${NEW:?the name of the recovered cluster}"`,
      },
      {
        says: 'Restore the cluster. The version is the captured one: left out, RDS takes its own default.',
        language: 'sh',
        text: `aws rds restore-db-cluster-from-snapshot \\
  --db-cluster-identifier "$NEW" \\
  --snapshot-identifier ${quoted(snapshotName(point.id))} \\
  --engine ${quoted(engine)}${flag('engine-version', text(settings, 'engineVersion'))}${flag('serverless-v2-scaling-configuration', capacity)}${flag('db-subnet-group-name', into?.subnetGroup)}${
    groups.length === 0 ? '' : ` \\\n  --vpc-security-group-ids ${groups.map(quoted).join(' ')}`
  }
aws rds wait db-cluster-available --db-cluster-identifier "$NEW"`,
      },
      ...(instances.length === 0
        ? []
        : [
            {
              says: 'Add its instances; the first becomes the writer.',
              language: 'sh' as const,
              text: instances
                .map(
                  (instance, n) => `aws rds create-db-instance \\
  --db-instance-identifier "$NEW-${n + 1}" \\
  --db-cluster-identifier "$NEW" \\
  --engine ${quoted(engine)}${flag('db-instance-class', text(instance, 'instanceClass'))}
aws rds wait db-instance-available --db-instance-identifier "$NEW-${n + 1}"`,
                )
                .join('\n'),
            },
          ]),
    ],
    afterwards: [
      `the cluster was configured as the manifest's \`configuration\` says; its parameter group was ${JSON.stringify((settings['parameterGroup'] as Settings | undefined)?.['name'] ?? 'the default')}`,
      'the master password is the one of the time of the snapshot',
    ],
  };
}
