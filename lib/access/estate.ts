import type { IRole } from 'aws-cdk-lib/aws-iam';
import { EVENT_SOURCE } from '../../core/catalog/events.ts';
import { definitionString, MACHINES, type MachineName } from '../../workflows/index.ts';
import {
  captures,
  isPrimary,
  machinesAt,
  otherSides,
  regionsOf,
  type Site,
  takesOver,
} from '../config/settings.ts';
import {
  bucketArn,
  busArn,
  CONFIG_SUFFIX,
  executionsArn,
  machineArn,
  mapRunsArn,
  tableArn,
} from '../names.ts';
import { CatalogAccess } from './catalog-access.ts';
import { ContainerAccess } from './container-access.ts';
import { DorisAccess } from './doris-access.ts';
import { FollowAccess } from './follow-access.ts';
import { HeartAccess } from './heart-access.ts';
import { LogAccess } from './log-access.ts';
import { MilvusAccess } from './milvus-access.ts';
import { ReachAccess } from './reach-access.ts';
import { ReceiptAccess } from './receipt-access.ts';
import { SnapshotAccess } from './snapshot-access.ts';
import { SourceAccess } from './source-access.ts';
import { allow } from './statement.ts';
import { SwitchAccess } from './switch-access.ts';
import { VaultAccess } from './vault-access.ts';
import { VolumeAccess } from './volume-access.ts';

/** Whether a state of the machine waits for somebody. */
const asks = (machine: MachineName): boolean =>
  definitionString(MACHINES[machine]).includes('.waitForTaskToken');

/** Everything that a control stack's functions may be let into. */
export class Estate {
  readonly catalog: CatalogAccess;
  /** The vault of this region. */
  readonly vault: VaultAccess;
  /** The vaults that this region's recovery points are copied to. */
  readonly recoveryVaults: readonly VaultAccess[];
  /** The vaults of all other regions, wherever this is. */
  readonly otherVaults: readonly VaultAccess[];
  /** What signs receipts in this region. */
  readonly receipts: ReceiptAccess;
  readonly sources: SourceAccess;
  readonly snapshots: SnapshotAccess;
  readonly volumes: VolumeAccess;
  readonly containers: ContainerAccess;
  readonly logs: LogAccess;
  readonly followedLogs: FollowAccess;
  readonly reach: ReachAccess;
  readonly doris: DorisAccess;
  readonly milvus: MilvusAccess;
  readonly hearts: HeartAccess;
  readonly switches: SwitchAccess;
  readonly #site: Site;
  readonly #configBucket: string;

  constructor(site: Site, configBucket: string) {
    const { account, region, installation } = site;
    this.#site = site;
    this.#configBucket = configBucket;
    this.catalog = new CatalogAccess(account, region, installation.groups.length > 0, otherSides(site));
    this.vault = new VaultAccess(account, region);
    this.receipts = new ReceiptAccess(account, region);
    this.recoveryVaults = installation.regions.recovery.map((name) => new VaultAccess(account, name));
    this.otherVaults = regionsOf(installation)
      .filter((name) => name !== region)
      .map((name) => new VaultAccess(account, name));
    this.sources = new SourceAccess(site);
    this.snapshots = new SnapshotAccess(site);
    this.volumes = new VolumeAccess(site);
    this.containers = new ContainerAccess(site);
    this.logs = new LogAccess(site);
    this.followedLogs = new FollowAccess(site);
    this.reach = new ReachAccess(site);
    this.doris = new DorisAccess(site);
    this.milvus = new MilvusAccess(site);
    this.hearts = new HeartAccess(site);
    this.switches = new SwitchAccess(site);
  }

  /** The region of capture. */
  get primary(): string {
    return this.#site.installation.regions.primary;
  }

  /** Its vault. */
  get homeVault(): VaultAccess {
    return new VaultAccess(this.#site.account, this.primary);
  }

  get isPrimary(): boolean {
    return isPrimary(this.#site);
  }

  /** Whether any cluster has sides. */
  get hasGroups(): boolean {
    return this.#site.installation.groups.length > 0;
  }

  /** Whether recovery points are taken here: at home, and where a group goes. */
  get captures(): boolean {
    return captures(this.#site);
  }

  /** Whether a group goes here when its home is lost. */
  get takesOver(): boolean {
    return takesOver(this.#site);
  }

  grantConfiguration(role: IRole): void {
    allow(role, {
      actions: ['s3:GetObject'],
      resources: [`${bucketArn(this.#configBucket)}/*${CONFIG_SUFFIX}`],
      because:
        'a deployment gives a role its new policy before its function the new key, and the old one goes on reading',
    });
  }

  grantAnnounce(role: IRole): void {
    allow(role, {
      actions: ['events:PutEvents'],
      resources: [busArn(this.#site.account, this.#site.region)],
      conditions: { StringEquals: { 'events:source': EVENT_SOURCE } },
    });
  }

  /** Starts a machine, and looks at a run that was started under the same name before. */
  grantStart(role: IRole, machine: MachineName): void {
    const { account, region } = this.#site;
    allow(role, { actions: ['states:StartExecution'], resources: [machineArn(account, region, machine)] });
    allow(role, {
      actions: ['states:DescribeExecution'],
      resources: [`${executionsArn(account, region, machine)}:*`],
      because: 'executions are named after recovery points that do not exist yet',
    });
  }

  /** Starts a machine at home, from the region that a group comes back from, and looks how far it is. */
  grantStartAtHome(role: IRole, machine: MachineName): void {
    const { account } = this.#site;
    allow(role, {
      actions: ['states:StartExecution'],
      resources: [machineArn(account, this.primary, machine)],
    });
    allow(role, {
      actions: ['states:DescribeExecution'],
      resources: [`${executionsArn(account, this.primary, machine)}:*`],
      because: 'executions are named by what they are for',
    });
  }

  /** Reads which side home's replica of the catalog believes in. */
  grantReadGroupsAtHome(role: IRole): void {
    allow(role, { actions: ['dynamodb:GetItem'], resources: [tableArn(this.#site.account, this.primary)] });
  }

  /** Looks whether executions of a machine of this region go on. */
  grantLookAt(role: IRole, machine: MachineName): void {
    const { account, region } = this.#site;
    allow(role, {
      actions: ['states:DescribeExecution'],
      resources: [`${executionsArn(account, region, machine)}:*`],
      because: 'executions are named by what they are for',
    });
  }

  /** Lets go on what waits for a person: the states of machines of this region, by the tokens that they gave out. */
  grantResume(role: IRole): void {
    const { account, region } = this.#site;
    allow(role, {
      actions: ['states:SendTaskSuccess'],
      resources: machinesAt(this.#site)
        .filter(asks)
        .map((machine) => machineArn(account, region, machine)),
    });
  }

  /** Asks the children of a machine's Maps what they failed of. */
  grantExplain(role: IRole, machine: MachineName): void {
    const { account, region } = this.#site;
    const because = 'executions, their Map runs and the children of these are named as they start';
    const executions = executionsArn(account, region, machine);
    const runs = mapRunsArn(account, region, machine);
    allow(role, { actions: ['states:ListMapRuns'], resources: [`${executions}:*`], because });
    allow(role, { actions: ['states:ListExecutions'], resources: [`${runs}/*:*`], because });
    allow(role, { actions: ['states:DescribeExecution'], resources: [`${executions}/*:*`], because });
  }

  /** Removes what an unfinished capture left. */
  grantAbandonCaptures(role: IRole): void {
    if (!this.captures) return;
    this.vault.grantHide(role);
    this.snapshots.grantAbandon(role);
    this.volumes.grantDiscard(role);
    this.containers.grantStop(role);
    this.doris.grantSpeak(role, 'source');
    this.doris.grantTurns(role);
  }

  /** Looks at all that lies in this region; from the primary, also at what the copies elsewhere stand for. */
  grantSurvey(role: IRole): void {
    this.vault.grantReadManifests(role);
    this.snapshots.grantSee(role, ['snapshots']);
    this.volumes.grantSee(role, ['snapshots']);
    if (!isPrimary(this.#site)) return;
    for (const vault of this.recoveryVaults) vault.grantReadManifests(role);
    this.grantSeeCopies(role);
  }

  /** Copies and their records are the primary's; elsewhere there is nothing to mend but to tell. */
  grantMendCopies(role: IRole): void {
    if (!isPrimary(this.#site)) return;
    this.catalog.grantAdvance(role);
    this.grantStart(role, 'copy');
  }

  /** Looks at snapshots where they are copied to. */
  grantSeeCopies(role: IRole): void {
    for (const region of this.#site.installation.regions.recovery) {
      this.snapshots.grantSee(role, ['snapshots'], region);
      this.volumes.grantSee(role, ['snapshots'], region);
    }
  }

  grantSnapshotCopies(role: IRole): void {
    this.snapshots.grantSee(role, ['snapshots'], this.#site.installation.regions.primary);
    this.grantSeeCopies(role);
    // What is to be copied is written down over there, and read again while it is.
    if (this.volumes.isUsed) for (const vault of this.recoveryVaults) vault.grantReadNotes(role);
    for (const region of this.#site.installation.regions.recovery) {
      this.snapshots.grantCopyTo(role, region);
      this.volumes.grantCopyTo(role, region);
    }
  }
}
