import type { IRole } from 'aws-cdk-lib/aws-iam';
import { isRds } from '../../core/plan/installation.ts';
import type { ParameterSwitch, RecordSwitch, SecretSwitch, Switch } from '../../core/switch/switch.ts';
import { isPrimary, type Site } from '../config/settings.ts';
import { anyKeyArn } from '../names.ts';
import { allow } from './statement.ts';
import { KEY_BY_USE } from './vault-access.ts';

/** What applications read to know where clusters are: written here, and from where a group goes back also at home. */
export class SwitchAccess {
  readonly #site: Site;

  constructor(site: Site) {
    this.#site = site;
  }

  /** Looks at what the configuration names, and writes it. Nothing else of these services. */
  grantTurn(role: IRole): void {
    this.#parameters(role);
    this.#secrets(role);
    this.#records(role);
    this.#endpoints(role);
  }

  /** The regions whose switches are turned from here. */
  get #regions(): readonly string[] {
    const { region, installation } = this.#site;
    return isPrimary(this.#site) ? [region] : [region, installation.regions.primary];
  }

  #switches<Kind extends Switch>(is: (one: Switch) => one is Kind): readonly Kind[] {
    return this.#site.installation.clusters.flatMap(({ switch: all = [] }) => all.filter(is));
  }

  #parameters(role: IRole): void {
    const named = this.#switches((one): one is ParameterSwitch => 'parameter' in one);
    const names = new Set(named.map(({ parameter }) => parameter.replace(/^\//, '')));
    allow(role, {
      actions: ['ssm:GetParameter', 'ssm:PutParameter'],
      resources: this.#regions.flatMap((region) =>
        [...names].map((name) => `arn:aws:ssm:${region}:${this.#site.account}:parameter/${name}`),
      ),
    });
  }

  #secrets(role: IRole): void {
    const named = this.#switches((one): one is SecretSwitch => 'secret' in one);
    const names = [...new Set(named.map(({ secret }) => secret))];
    for (const region of names.length === 0 ? [] : this.#regions) {
      // Six characters that Secrets Manager draws end a secret's ARN (secretsmanager guide, "What's in a secret").
      const arns = names.map(
        (name) => `arn:aws:secretsmanager:${region}:${this.#site.account}:secret:${name}-??????`,
      );
      allow(role, {
        actions: ['secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue'],
        resources: arns,
      });
      allow(role, {
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: [anyKeyArn(this.#site.account, region)],
        conditions: {
          StringEquals: { 'kms:ViaService': `secretsmanager.${region}.amazonaws.com` },
          StringLike: { 'kms:EncryptionContext:SecretARN': arns.length === 1 ? arns[0]! : arns },
        },
        because: KEY_BY_USE,
      });
    }
  }

  #records(role: IRole): void {
    const named = this.#switches((one): one is RecordSwitch => 'record' in one);
    for (const [zone, records] of Map.groupBy(named, ({ hostedZone }) => hostedZone)) {
      const resources = [`arn:aws:route53:::hostedzone/${zone}`];
      allow(role, { actions: ['route53:ListResourceRecordSets'], resources });
      // Of a zone that holds much else, these names alone (Route 53 guide, specifying-conditions-route53).
      allow(role, {
        actions: ['route53:ChangeResourceRecordSets'],
        resources,
        conditions: {
          'ForAllValues:StringEquals': {
            'route53:ChangeResourceRecordSetsNormalizedRecordNames': records.map(({ record }) => record),
            'route53:ChangeResourceRecordSetsRecordTypes': ['CNAME'],
            'route53:ChangeResourceRecordSetsActions': ['UPSERT'],
          },
        },
      });
    }
  }

  /** Of DB clusters that a restore made: their names follow from the restores. */
  #endpoints(role: IRole): void {
    const { account, installation } = this.#site;
    const asked = installation.clusters.some(
      (cluster) => isRds(cluster) && (cluster.switch ?? []).length > 0,
    );
    if (!asked) return;
    allow(role, {
      actions: ['rds:DescribeDBClusters'],
      resources: this.#regions.map((region) => `arn:aws:rds:${region}:${account}:cluster:*`),
      because: 'what took over is named after the restore that made it',
    });
  }
}
